import * as z from 'zod/mini';
import { orderCancelledV1, orderConfirmedV1 } from '../../../contracts/avro/events';
import type { EntityForms } from '../../../lambdas/shared/entity-forms.port';
import { EntitySchema } from '../../../lambdas/shared/entity-schema';
import { DuplicateMessageError, StaleEntityError } from '../../../lambdas/shared/entity-store.errors';
import type { Commit, EntityStore } from '../../../lambdas/shared/entity-store.port';
import { newEvent } from '../../../lambdas/shared/event-contract';
import { InMemoryRegionGate } from '../../../lambdas/shared/in-memory-region-gate.adapter';
import type { OutboxRow } from '../../../lambdas/shared/outbox';
import { ForeignHomeError, RegionFencedError } from '../../../lambdas/shared/region-gate.errors';
import type { RegionGate } from '../../../lambdas/shared/region-gate.port';
import { SchemaHistory } from '../../../lambdas/shared/schema-history';
import { UnknownSchemaVersionError } from '../../../lambdas/shared/schema-history.errors';
import { type SchemaPhase, schemaUseIn } from '../../../lambdas/shared/schema-phase.contract';
import { fenceOf } from '../../unit/shared/region-records';

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
  /** The store of another region over the same entities: a replica without a lag. */
  readonly inRegion: (region: string, gate: RegionGate) => EntityStore<Basket>;
  /** The store of code that knows versions of the stored form. */
  readonly inSchema: (schema: EntitySchema<Basket>) => EntityStore<Basket>;
  /** The forms in which the entities are stored. */
  readonly forms: EntityForms;
  /** What is stored of the entity beside its state. */
  readonly homeOf: (id: string) => Promise<Home>;
  /** Overwrites the entity's home, as the replication of another region's history would. */
  readonly moveHome: (id: string, homeRegion: string) => Promise<void>;
}

/** What is stored of an entity's home. */
export interface Home {
  readonly homeRegion?: unknown;
  readonly adoptedFrom?: unknown;
  readonly adoptedAtSequence?: unknown;
}

/** The region that the factory must give to the store. */
export const OWN_REGION = 'sa-east-1';

/** Lifetime of markers that the factory must give to the store. */
export const INBOX_RETENTION_SECONDS = 10 * 86_400;

const DAY_SECONDS = 86_400;

/** Baskets whose items were one text once. */
const baskets = SchemaHistory.of<{ readonly list: string; readonly note?: string }>(
  'basket',
  z.looseObject({ list: z.string() }),
).next<Basket>({
  schema: z.looseObject({ items: z.array(z.string()) }),
  up: ({ list, ...rest }) => ({ ...rest, items: list === '' ? [] : list.split(',') }),
  down: ({ items, ...rest }) => ({ ...rest, list: items.join(',') }),
});
/** As `baskets`, but no upcaster makes the newest version: a basket is in it once somebody has packed it. */
const packedBaskets = SchemaHistory.of<Basket>('basket', z.looseObject({ items: z.array(z.string()) })).next<Basket>({
  schema: z.looseObject({ items: z.tuple([z.literal('packed')], z.string()) }),
  up: (basket) => basket,
  down: (basket) => basket,
  takes: ({ items }) => items[0] === 'packed',
});

const inPhase = (phase: SchemaPhase) => new EntitySchema(baskets, schemaUseIn(phase, 2));

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

      expect(stored).toEqual({ state: { items: ['tea'] }, version: 1, sequence: 2, homeRegion: OWN_REGION });
      expect(await store.find(id)).toEqual(stored);
    });

    it('goes on counting with each commit', async () => {
      const { store } = await start();
      const id = newId();
      const basedOn = await store.commit(first(id, { events: [cancelled(id)] }));

      const second = await store.commit({ ...first(id), basedOn, state: { items: [], note: 'emptied' } });
      const third = await store.commit({ ...first(id), basedOn: second, events: [confirmed(id)] });

      expect(second).toMatchObject({ state: { items: [], note: 'emptied' }, version: 2, sequence: 1 });
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
        { sk: `OUTBOX#000000000001#${OWN_REGION}`, subject: `basket/${id}`, source: '/tenfold/shop' },
        { sk: `OUTBOX#000000000003#${OWN_REGION}`, traceparent: '00-1-2-01', correlationid: 'correlation' },
      ]);
      expect(rows.map(({ pk, originRegion }) => [pk, originRegion])).toEqual(
        Array(2).fill([`basket/${id}`, OWN_REGION]),
      );
      expect(rows[0]?.committedAt).toBe(rows[0]?.events[0]?.time);
      expect(rows.flatMap(({ events }) => events.map(({ sequence, type }) => [sequence, type]))).toEqual([
        [1, 'ordering.OrderCancelled.v1'],
        [2, 'ordering.OrderConfirmed.v1'],
        [3, 'ordering.OrderCancelled.v1'],
      ]);
      expect(rows[0]).not.toHaveProperty('traceparent');
    });

    describe('between regions', () => {
      const OTHER = 'us-east-1';
      /** A gate of the other region, which takes over from ours when that is fenced. */
      const gateThere = (evacuated: boolean) => {
        const gate = new InMemoryRegionGate({
          region: OTHER,
          clock: { now: () => new Date('2026-11-23T08:00:00.000Z') },
        });
        if (evacuated) gate.records.set(OWN_REGION, { fence: fenceOf(OWN_REGION, OTHER) });
        return gate;
      };

      it('lets no other region change an entity, and says where its home is', async () => {
        const { store, inRegion, outboxOf } = await start();
        const id = newId();
        const basedOn = await store.commit(first(id));
        const there = inRegion(OTHER, gateThere(false));

        const late = there.commit({ ...first(id), basedOn, events: [cancelled(id)] });

        await expect(late).rejects.toThrow(ForeignHomeError);
        await expect(late).rejects.toMatchObject({ subject: `basket/${id}`, homeRegion: OWN_REGION });
        expect(await there.find(id)).toEqual(basedOn);
        expect(await outboxOf(id)).toEqual([]);
      });

      it('lets the successor of an evacuated home adopt an entity with its next change', async () => {
        const { store, inRegion, homeOf } = await start();
        const id = newId();
        const basedOn = await store.commit(first(id, { events: [cancelled(id), confirmed(id)] }));
        const there = inRegion(OTHER, gateThere(true));

        const adopted = await there.commit({ ...first(id), basedOn, events: [cancelled(id)] });

        const from = { homeRegion: OTHER, adoptedFrom: OWN_REGION };
        expect(adopted).toMatchObject({ version: 2, sequence: 3, ...from });
        expect(await there.find(id)).toMatchObject(from);
        expect(await homeOf(id)).toEqual({ homeRegion: OTHER, adoptedFrom: OWN_REGION, adoptedAtSequence: 2 });
      });

      it('remembers when an entity was adopted, through all later changes', async () => {
        const { store, inRegion, homeOf } = await start();
        const id = newId();
        const there = inRegion(OTHER, gateThere(true));
        const basedOn = await there.commit({ ...first(id), basedOn: await store.commit(first(id)) });

        const later = await inRegion(OTHER, gateThere(false)).commit({
          ...first(id),
          basedOn,
          events: [cancelled(id)],
        });

        expect(later).toMatchObject({ version: 3, sequence: 1, homeRegion: OTHER });
        expect(await homeOf(id)).toEqual({ homeRegion: OTHER, adoptedFrom: OWN_REGION, adoptedAtSequence: 0 });
      });

      it('lets the old home change nothing any more', async () => {
        const { store, inRegion } = await start();
        const id = newId();
        const before = await store.commit(first(id));
        const there = inRegion(OTHER, gateThere(true));
        const after = await there.commit({ ...first(id), basedOn: before });

        await expect(store.commit({ ...first(id), basedOn: before })).rejects.toThrow(StaleEntityError);
        await expect(store.commit({ ...first(id), basedOn: after })).rejects.toThrow(ForeignHomeError);
      });

      it('takes a decision as stale when the entity has another home since, even at the same version', async () => {
        const { store, moveHome } = await start();
        const id = newId();
        const basedOn = await store.commit(first(id));
        await moveHome(id, OTHER);

        await expect(store.commit({ ...first(id), basedOn })).rejects.toThrow(StaleEntityError);
      });

      it('claims an entity of an evacuated home without a change, and one at home without a write', async () => {
        const { store, inRegion, homeOf } = await start();
        const [here, there] = [store, inRegion(OTHER, gateThere(true))];
        const id = newId();
        const own = await here.commit(first(id, { events: [cancelled(id)] }));

        expect(await here.claim(id, own, cause)).toEqual(own);
        const adopted = { version: 2, homeRegion: OTHER, adoptedFrom: OWN_REGION };
        expect(await there.claim(id, own, cause)).toEqual({ ...own, ...adopted });
        expect(await homeOf(id)).toEqual({ homeRegion: OTHER, adoptedFrom: OWN_REGION, adoptedAtSequence: 1 });
        expect(await there.claim(newId(), undefined, cause)).toBeUndefined();
      });

      it('claims nothing of a home that is at work', async () => {
        const { store, inRegion } = await start();
        const id = newId();
        const own = await store.commit(first(id));

        await expect(inRegion(OTHER, gateThere(false)).claim(id, own, cause)).rejects.toThrow(ForeignHomeError);
      });

      it('writes nothing in a region that may not write', async () => {
        const { inRegion, outboxOf } = await start();
        const id = newId();
        const gate = gateThere(false);
        gate.records.set(OTHER, { fence: fenceOf(OTHER, OWN_REGION) });
        const there = inRegion(OTHER, gate);
        const message = { messageId: `m-${id}`, outcome: 1 };

        await expect(there.commit(first(id, { events: [cancelled(id)], message }))).rejects.toThrow(RegionFencedError);
        await expect(there.claim(id, undefined, cause)).rejects.toThrow(RegionFencedError);

        expect(await there.findFor(id, message.messageId)).toEqual({ stored: undefined, handled: undefined });
        expect(await outboxOf(id)).toEqual([]);
      });
    });

    describe('with versions of the stored form', () => {
      const state: Basket = { items: ['tea', 'milk'], note: 'soon' };
      const formOf = async ({ forms }: StoreUnderTest, id: string) => {
        const { state: form, schemaVersion } = (await forms.find(`basket/${id}`)) ?? {};
        return { form, schemaVersion };
      };
      const oldForm = { form: { list: 'tea,milk', note: 'soon' }, schemaVersion: undefined };
      const newForm = { form: state, schemaVersion: 2 };

      it('writes the form before as long as code may be served that knows no other, and shows the newest', async () => {
        const world = await start();
        const expanding = world.inSchema(inPhase('expand'));
        const id = newId();

        const committed = await expanding.commit(first(id, { state }));

        expect(await formOf(world, id)).toEqual(oldForm);
        expect(committed).toEqual({ state, version: 1, sequence: 0, homeRegion: OWN_REGION });
        expect(await expanding.find(id)).toEqual(committed);
        expect((await expanding.findFor(id, `m-${id}`)).stored).toEqual(committed);
      });

      it('writes the newest form after the cutover, also of what it has read in the form before', async () => {
        const world = await start();
        const id = newId();
        const basedOn = await world.inSchema(inPhase('expand')).commit(first(id, { state }));

        const changed = await world.inSchema(inPhase('cutover')).commit({ ...first(id, { state }), basedOn });

        expect(await formOf(world, id)).toEqual(newForm);
        expect(changed).toMatchObject({ state, version: 2, schemaVersion: 2 });
        expect(await world.inSchema(inPhase('expand')).find(id)).toEqual(changed);
      });

      it('never goes back to a form that is older than what is stored', async () => {
        const world = await start();
        const id = newId();
        const basedOn = await world.inSchema(inPhase('cutover')).commit(first(id, { state }));

        await world.inSchema(inPhase('expand')).commit({ ...first(id, { state }), basedOn });

        expect(await formOf(world, id)).toEqual(newForm);
      });

      it('refuses an entity in a form that it does not know, and writes nothing of it', async () => {
        const world = await start();
        const id = newId();
        await world.inSchema(inPhase('cutover')).commit(first(id, { state }));

        await expect(world.store.find(id)).rejects.toThrow(UnknownSchemaVersionError);
        await expect(world.store.findFor(id, `m-${id}`)).rejects.toThrow(UnknownSchemaVersionError);
        await expect(world.store.commit(first(id))).rejects.toThrow(StaleEntityError);
        expect(await formOf(world, id)).toEqual(newForm);
      });

      it('commits a decision from before the entity was rewritten, in the form that it says', async () => {
        const world = await start();
        const expanding = world.inSchema(inPhase('expand'));
        const id = newId();
        const basedOn = await expanding.commit(first(id, { state }));
        const known = await world.forms.find(`basket/${id}`);

        expect(await world.forms.rewrite(known!, { state, schemaVersion: 2 })).toBe('rewritten');
        expect(await formOf(world, id)).toEqual(newForm);
        await expanding.commit({ ...first(id, { state }), basedOn });

        expect(await formOf(world, id)).toEqual(oldForm);
        expect(await expanding.find(id)).toMatchObject({ state, version: 2 });
      });

      it('keeps what no newer form takes in the form before, and never writes it over what a backfill has completed', async () => {
        const world = await start();
        const cutover = world.inSchema(new EntitySchema(packedBaskets, schemaUseIn('cutover', 2)));
        const id = newId();
        const basedOn = await cutover.commit(first(id, { state }));
        const changed = await cutover.commit({ ...first(id, { state }), basedOn });
        expect(await formOf(world, id)).toEqual({ form: state, schemaVersion: undefined });

        const known = await world.forms.find(`basket/${id}`);
        const packed = { items: ['packed', 'tea'] };
        expect(await world.forms.rewrite(known!, { state: packed, schemaVersion: 2 })).toBe('rewritten');

        await expect(cutover.commit({ ...first(id, { state }), basedOn: changed })).rejects.toThrow(StaleEntityError);
        expect(await formOf(world, id)).toEqual({ form: packed, schemaVersion: 2 });
        const again = await cutover.find(id);
        await cutover.commit({ ...first(id, { state: packed }), basedOn: again });
        expect(await formOf(world, id)).toEqual({ form: packed, schemaVersion: 2 });
      });

      it('rewrites an entity only as it was known, and neither its version nor its events', async () => {
        const world = await start();
        const expanding = world.inSchema(inPhase('expand'));
        const id = newId();
        const basedOn = await expanding.commit(first(id, { state, events: [cancelled(id)] }));
        const known = await world.forms.find(`basket/${id}`);
        const next = await expanding.commit({ ...first(id, { state: { items: [] } }), basedOn });

        expect(await world.forms.rewrite(known!, { state, schemaVersion: 2 })).toBe('changed');
        const again = await world.forms.find(`basket/${id}`);
        expect(await world.forms.rewrite({ ...again!, homeRegion: 'eu-west-1' }, { state, schemaVersion: 2 })).toBe(
          'changed',
        );
        expect(await world.forms.rewrite(again!, { state: { items: [] }, schemaVersion: 2 })).toBe('rewritten');
        expect(await world.forms.rewrite(again!, { state, schemaVersion: 2 })).toBe('changed');

        expect(await expanding.find(id)).toEqual({ ...next, schemaVersion: 2 });
        expect(await world.outboxOf(id)).toHaveLength(1);
      });

      it('scans every entity of the kind once, in parts', async () => {
        const world = await start();
        const ids = Array.from({ length: 25 }, newId);
        for (const id of ids)
          await world.inSchema(inPhase('expand')).commit(first(id, { state, events: [cancelled(id)] }));
        const found: string[] = [];
        for (const segment of [0, 1, 2]) {
          let next: { pk: string; sk: string } | undefined;
          do {
            const page = await world.forms.page({ segment, segments: 3 }, next);
            found.push(...page.items.map(({ entity }) => entity));
            next = page.next;
          } while (next !== undefined);
        }

        expect(found.filter((entity) => ids.includes(entity.replace('basket/', ''))).sort()).toEqual(
          ids.map((id) => `basket/${id}`).sort(),
        );
        const counted: unknown[] = [];
        let next: { pk: string; sk: string } | undefined;
        do {
          const page = await world.forms.versions(next);
          counted.push(...page.items.map(({ homeRegion }) => homeRegion));
          next = page.next;
        } while (next !== undefined);
        expect(counted.length).toBeGreaterThanOrEqual(ids.length);
        expect(counted).not.toContain(undefined);
      });
    });
  });
};
