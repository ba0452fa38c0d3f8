import { orderCancelledV1, orderConfirmedV1 } from '../../../contracts/avro/events';
import { DuplicateMessageError, StaleEntityError } from '../../../lambdas/shared/entity-store.errors';
import type { Commit, EntityStore } from '../../../lambdas/shared/entity-store.port';
import { newEvent } from '../../../lambdas/shared/event-contract';
import type { OutboxRow } from '../../../lambdas/shared/outbox';

/** The state of the suite's entities. */
export interface Basket {
  readonly items: readonly string[];
  readonly note?: string;
}

/** A store under test, and what the outside sees of it. */
export interface StoreUnderTest {
  readonly store: EntityStore<Basket>;
  /** Rows of the entity's outbox, in order. */
  readonly outboxOf: (id: string) => Promise<readonly OutboxRow[]>;
  /** Lets virtual time pass. */
  readonly wait: (seconds: number) => void;
}

/** Lifetime of markers that the factory must give to the store. */
export const INBOX_RETENTION_SECONDS = 10 * 86_400;

const DAY_SECONDS = 86_400;

const cause = { correlationId: 'correlation', causationId: 'causation' };
const cancelled = (orderId: string) => newEvent(orderCancelledV1, { orderId, customerId: 'c-1' });
const confirmed = (orderId: string) =>
  newEvent(orderConfirmedV1, { orderId, customerId: 'c-1', currency: 'BRL', totalMinor: 100 });

/** What every entity store promises, whatever it is made of. Ids are new in each test, so a table may be shared. */
export const entityStoreContract = (name: string, start: () => Promise<StoreUnderTest>): void => {
  describe(name, () => {
    let number = 0;
    const newId = () => `basket-${(number += 1)}`;
    const first = (id: string, more: Partial<Commit<Basket>> = {}): Commit<Basket> => ({
      ...{ id, basedOn: undefined, state: { items: ['tea'] }, events: [], cause },
      ...more,
    });

    it('does not find what was never committed', async () => {
      const { store } = await start();

      expect(await store.find(newId())).toBeUndefined();
      expect(await store.findFor(newId(), 'm-0')).toEqual({ stored: undefined, handled: undefined });
    });

    it('finds what was committed, with its version and the number of its last event', async () => {
      const { store } = await start();
      const id = newId();

      const stored = await store.commit(first(id, { events: [cancelled(id), confirmed(id)] }));

      expect(stored).toEqual({ state: { items: ['tea'] }, version: 1, sequence: 2 });
      expect(await store.find(id)).toEqual(stored);
    });

    it('goes on counting with each commit', async () => {
      const { store } = await start();
      const id = newId();
      const basedOn = await store.commit(first(id, { events: [cancelled(id)] }));

      const second = await store.commit({ ...first(id), basedOn, state: { items: [], note: 'emptied' } });
      const third = await store.commit({ ...first(id), basedOn: second, events: [confirmed(id)] });

      expect(second).toEqual({ state: { items: [], note: 'emptied' }, version: 2, sequence: 1 });
      expect(third).toMatchObject({ version: 3, sequence: 2 });
    });

    it('refuses to create what exists', async () => {
      const { store } = await start();
      const id = newId();
      await store.commit(first(id));

      await expect(store.commit(first(id, { state: { items: ['other'] } }))).rejects.toThrow(StaleEntityError);
      expect((await store.find(id))?.state).toEqual({ items: ['tea'] });
    });

    it('refuses a decision about an entity that has changed since, and writes nothing of it', async () => {
      const { store, outboxOf } = await start();
      const id = newId();
      const basedOn = await store.commit(first(id));
      await store.commit({ ...first(id), basedOn, state: { items: ['newer'] } });
      const message = { messageId: `late-${id}`, outcome: 'never' };

      const late = store.commit({ ...first(id), basedOn, events: [cancelled(id)], message });

      await expect(late).rejects.toThrow(StaleEntityError);
      expect((await store.find(id))?.state).toEqual({ items: ['newer'] });
      expect(await outboxOf(id)).toEqual([]);
      expect((await store.findFor(id, message.messageId)).handled).toBeUndefined();
    });

    it('lets exactly one of several decisions about the same state through', async () => {
      const { store, outboxOf } = await start();
      const id = newId();
      const basedOn = await store.commit(first(id));

      const tries = Array.from({ length: 5 }, (_, index) =>
        store.commit({ ...first(id), basedOn, state: { items: [String(index)] }, events: [cancelled(id)] }),
      );
      const results = await Promise.allSettled(tries);

      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await store.find(id)).toMatchObject({ version: 2, sequence: 1 });
      expect(await outboxOf(id)).toHaveLength(1);
    });

    it('remembers a handled message and its outcome', async () => {
      const { store } = await start();
      const id = newId();
      const message = { messageId: `m-${id}`, outcome: { receipt: 'r-1', lines: [1, 2] } };

      const stored = await store.commit(first(id, { message }));

      expect(await store.findFor(id, message.messageId)).toEqual({ stored, handled: message });
    });

    it('answers a repeated message with the first outcome, and writes nothing', async () => {
      const { store, outboxOf } = await start();
      const id = newId();
      const messageId = `m-${id}`;
      const basedOn = await store.commit(first(id, { message: { messageId, outcome: 'first' } }));

      const again = store.commit({
        ...first(id),
        basedOn,
        events: [cancelled(id)],
        message: { messageId, outcome: 'second' },
      });

      await expect(again).rejects.toThrow(DuplicateMessageError);
      await expect(again).rejects.toMatchObject({ messageId, outcome: 'first' });
      expect(await store.find(id)).toEqual(basedOn);
      expect(await outboxOf(id)).toEqual([]);
    });

    it('says that a message is a repetition rather than that the entity has changed', async () => {
      const { store } = await start();
      const id = newId();
      const message = { messageId: `m-${id}`, outcome: 'first' };
      await store.commit(first(id, { message }));

      await expect(store.commit(first(id, { message }))).rejects.toThrow(DuplicateMessageError);
    });

    it('lets exactly one of several deliveries of a message through', async () => {
      const { store } = await start();
      const id = newId();
      const message = { messageId: `m-${id}`, outcome: 1 };

      const results = await Promise.allSettled(Array.from({ length: 5 }, () => store.commit(first(id, { message }))));

      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect((await store.find(id))?.version).toBe(1);
    });

    it('takes a marker that is past its time as absent, swept or not', async () => {
      const { store, wait } = await start();
      const id = newId();
      const message = { messageId: `m-${id}`, outcome: 'first' };
      const basedOn = await store.commit(first(id, { message }));

      wait(INBOX_RETENTION_SECONDS + 1);
      expect((await store.findFor(id, message.messageId)).handled).toBeUndefined();
      const again = await store.commit({ ...first(id), basedOn, message: { ...message, outcome: 'second' } });

      expect(again.version).toBe(2);
      expect((await store.findFor(id, message.messageId)).handled?.outcome).toBe('second');
    });

    it('keeps a marker for another lifetime from each delivery that meets it', async () => {
      const { store, wait } = await start();
      const id = newId();
      const message = { messageId: `m-${id}`, outcome: { receipt: 'r-1' } };
      const basedOn = await store.commit(first(id, { message }));

      for (let delivery = 1; delivery <= 3; delivery += 1) {
        wait(INBOX_RETENTION_SECONDS - 1);
        expect((await store.findFor(id, message.messageId)).handled).toEqual(message);
      }

      wait(INBOX_RETENTION_SECONDS - 1);
      const again = store.commit({ ...first(id), basedOn, message: { ...message, outcome: 'second' } });
      await expect(again).rejects.toMatchObject({ name: 'DuplicateMessageError', outcome: message.outcome });
    });

    it('leaves a marker of less than a day alone, so that a repetition soon after costs no write', async () => {
      const { store, wait } = await start();
      const id = newId();
      const message = { messageId: `m-${id}`, outcome: 'first' };
      await store.commit(first(id, { message }));

      wait(DAY_SECONDS);
      await store.findFor(id, message.messageId);
      wait(INBOX_RETENTION_SECONDS - DAY_SECONDS);

      expect((await store.findFor(id, message.messageId)).handled).toBeUndefined();
    });

    it('writes one outbox row for each commit that has events, in order', async () => {
      const { store, outboxOf } = await start();
      const id = newId();
      const basedOn = await store.commit(first(id, { events: [cancelled(id), confirmed(id)] }));
      await store.commit({
        ...first(id),
        basedOn,
        events: [cancelled(id)],
        cause: { ...cause, traceparent: '00-1-2-01' },
      });

      const rows = await outboxOf(id);

      expect(rows).toMatchObject([
        { pk: `basket/${id}`, sk: 'OUTBOX#000000000001', subject: `basket/${id}`, source: '/tenfold/shop' },
        { pk: `basket/${id}`, sk: 'OUTBOX#000000000003', traceparent: '00-1-2-01', correlationid: 'correlation' },
      ]);
      expect(rows.flatMap(({ events }) => events.map(({ sequence, type }) => [sequence, type]))).toEqual([
        [1, 'ordering.OrderCancelled.v1'],
        [2, 'ordering.OrderConfirmed.v1'],
        [3, 'ordering.OrderCancelled.v1'],
      ]);
      expect(rows[0]).not.toHaveProperty('traceparent');
    });
  });
};
