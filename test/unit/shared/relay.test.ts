import fc from 'fast-check';
import { orderCancelledV1, orderConfirmedV1 } from '../../../contracts/avro/events';
import { decodeEvent } from '../../../lambdas/shared/avro-reader';
import { newEvent } from '../../../lambdas/shared/event-contract';
import { InMemoryParking } from '../../../lambdas/shared/in-memory-parking.adapter';
import { InMemoryRegionGate } from '../../../lambdas/shared/in-memory-region-gate.adapter';
import { outboxRow } from '../../../lambdas/shared/outbox';
import type { OutboxKey } from '../../../lambdas/shared/outbox-rows.port';
import { redrive } from '../../../lambdas/shared/redrive';
import { relayOutbox } from '../../../lambdas/shared/relay-outbox.use-case';
import { republishRow } from '../../../lambdas/shared/republish-row.use-case';
import type { StreamRow } from '../../../lambdas/shared/stream-consumer';
import type { Publication, TopicMessage } from '../../../lambdas/shared/topic.port';
import { fenceOf, leaseOf } from './region-records';

const committedAt = new Date('2026-11-23T08:00:00.000Z');
const clock = { now: () => new Date(committedAt.getTime() + 250) };

/** A topic that refuses what it is told to, and remembers its calls. */
const start = (maxBytes = 10_000) => {
  const calls: (readonly TopicMessage[])[] = [];
  const published: string[] = [];
  const answers = new Map<string, Publication>();
  const nameOf = ({ group, body }: TopicMessage) => `${group}#${JSON.parse(body).sequence}`;
  const topic = {
    maxBytes,
    maxMessages: 10,
    sizeOf: ({ body }: TopicMessage) => body.length,
    publish: async (messages: readonly TopicMessage[]): Promise<readonly Publication[]> => {
      calls.push(messages);
      return messages.map((message) => {
        const answer = answers.get(nameOf(message)) ?? { kind: 'published' };
        if (answer.kind === 'published') published.push(nameOf(message));
        return answer;
      });
    },
  };
  const parking = new InMemoryParking({ context: 'test', consumer: 'relay-outbox', region: 'sa-east-1' });
  const stored = new Map<string, StreamRow['item']>();
  const kept = new Set<string>();
  const keyOf = ({ pk, sk }: OutboxKey) => `${pk} ${sk}`;
  const rows = {
    read: async (key: OutboxKey) => stored.get(keyOf(key)),
    keep: async (key: OutboxKey) => void kept.add(keyOf(key)),
    release: async (key: OutboxKey) => void kept.delete(keyOf(key)),
  };
  const lags: number[] = [];
  const postponed: string[] = [];
  const report = {
    published: (lagMs: number) => void lags.push(lagMs),
    parked: () => undefined,
    postponed: (subject: string, reason: string) => void postponed.push(`${subject} ${reason}`),
  };
  const gate = new InMemoryRegionGate({ region: 'sa-east-1', clock });
  const deps = { topic, parking, rows, clock, report, gate, region: 'sa-east-1' };
  const relay = async (...given: StreamRow[]) => {
    for (const { key, item } of given) stored.set(keyOf(key), item);
    return (await relayOutbox(deps)(given, 'relay:live')).map(({ sequenceNumber }) => sequenceNumber);
  };
  const again = (caseId: string) => redrive(parking, caseId, republishRow(deps), () => true);
  const caseOf = async (entity: string) => (await parking.openFor([entity])).get(entity) ?? 'none';
  return { calls, published, answers, topic, parking, stored, kept, lags, postponed, relay, again, caseOf, gate, deps };
};

let position = 0;
/** A row of the entity whose first event has this number. */
const row = (entity: string, sequence: number, events = 1, more: StreamRow['item'] = {}): StreamRow => {
  const made = outboxRow({
    ...{ subject: entity, context: 'test', region: 'sa-east-1', sequence: sequence - 1, now: committedAt },
    events: Array.from({ length: events }, () => newEvent(orderCancelledV1, { orderId: 'o', customerId: 'c' })),
    ...{ cause: { correlationId: 'c', causationId: 'd' }, retentionSeconds: 60 },
  });
  return { sequenceNumber: `s${(position += 1)}`, key: { pk: made.pk, sk: made.sk }, item: { ...made, ...more } };
};

describe('the relay', () => {
  it('publishes events as CloudEvents in the order of their entity, and tells how long each has waited', async () => {
    const { relay, published, calls, lags } = start();

    expect(await relay(row('order/1', 1, 2), row('order/2', 1), row('order/1', 3))).toEqual([]);

    expect(published.filter((name) => name.startsWith('order/1'))).toEqual(['order/1#1', 'order/1#2', 'order/1#3']);
    expect(lags).toEqual([250, 250, 250, 250]);
    const [message] = calls[0] ?? [];
    const sent = JSON.parse(message?.body ?? '');
    expect(message).toMatchObject({ id: sent.id, group: 'order/1', type: 'ordering.OrderCancelled.v1' });
    expect(sent).toMatchObject({ specversion: '1.0', subject: 'order/1', datacontenttype: 'application/avro' });
    expect(sent).toMatchObject({ dataschema: `urn:avro:${orderCancelledV1.schemaVersionId}`, sequence: 1 });
    expect(decodeEvent(orderCancelledV1, Buffer.from(sent.data_base64, 'base64'))).toEqual({
      orderId: 'o',
      customerId: 'c',
    });
  });

  it('needs few calls: many entities share one, and no call holds two events of one entity', async () => {
    const { relay, calls } = start();

    await relay(...Array.from({ length: 20 }, (_, index) => row(`order/${index % 10}`, 1 + Math.floor(index / 10))));

    expect(calls.map(({ length }) => length)).toEqual([10, 10]);
    for (const call of calls) expect(new Set(call.map(({ group }) => group)).size).toBe(call.length);
  });

  it('keeps each call within the bytes the topic takes', async () => {
    const { relay, calls, topic } = start(1_000);

    await relay(...Array.from({ length: 9 }, (_, index) => row(`order/${index}`, 1)));

    for (const call of calls) {
      expect(call.reduce((sum, message) => sum + topic.sizeOf(message), 0)).toBeLessThanOrEqual(topic.maxBytes);
    }
    expect(calls.flat()).toHaveLength(9);
  });

  it('stops an entity at an event that could not be published, and no other one', async () => {
    const { relay, answers, published } = start();
    answers.set('order/1#2', { kind: 'failed', reason: 'Throttled' });
    const [first, second, third, other] = [row('order/1', 1), row('order/1', 2), row('order/1', 3), row('order/2', 1)];

    expect(await relay(first, second, third, other)).toEqual([second.sequenceNumber, third.sequenceNumber]);

    expect(published.sort()).toEqual(['order/1#1', 'order/2#1']);
  });

  it('comes back to the whole row when only a part of its events could be published', async () => {
    const { relay, answers, published } = start();
    answers.set('order/1#2', { kind: 'failed', reason: 'Throttled' });
    const both = row('order/1', 1, 2);

    expect(await relay(both)).toEqual([both.sequenceNumber]);
    answers.clear();
    expect(await relay(both)).toEqual([]);

    expect(published).toEqual(['order/1#1', 'order/1#1', 'order/1#2']);
  });

  it('leaves rows of another region to that region, and items that are no rows alone', async () => {
    const { relay, published } = start();
    const entity = { sequenceNumber: 's', key: { pk: 'order/3', sk: 'ENTITY' }, item: { pk: 'order/3', sk: 'ENTITY' } };

    expect(await relay(row('order/1', 1, 1, { originRegion: 'us-east-1' }), entity, row('order/2', 1))).toEqual([]);
    expect(published).toEqual(['order/2#1']);
  });

  it('asks nobody anything for a batch without rows', async () => {
    const { relay, parking } = start();
    parking.openFor = async () => Promise.reject(new Error('asked'));

    expect(await relay()).toEqual([]);
  });
});

describe('a row the topic will never take', () => {
  const large = 'x'.repeat(10_001);
  it.each([
    ['refused by the topic', row('order/1', 2), 'Refused'],
    ['too large', row('order/1', 2, 1, { correlationid: large }), 'TooLarge'],
    ['unreadable', row('order/1', 2, 1, { events: 'none' }), 'Unreadable'],
    ['without an origin', row('order/1', 2, 1, { originRegion: undefined }), 'Unreadable'],
  ])('parks its entity when it is %s; all others go on', async (_name, poison, reason) => {
    const { relay, answers, published, parking, caseOf, kept } = start();
    if (reason === 'Refused') answers.set('order/1#2', { kind: 'poison', reason: 'InvalidParameter' });
    const later = row('order/1', 3);

    expect(await relay(row('order/1', 1), poison, row('order/2', 1), later, row('order/2', 2))).toEqual([]);

    expect(published.sort()).toEqual(['order/1#1', 'order/2#1', 'order/2#2']);
    const caseId = await caseOf('order/1');
    expect(parking.cases.get(caseId)?.opening).toMatchObject({
      ...{ kind: 'outbox', subject: 'order/1', reason, redriveFunction: 'relay:live' },
    });
    expect((await parking.messages(caseId)).map(({ body }) => JSON.parse(body))).toEqual([poison.key, later.key]);
    // A parked row must not expire while nobody looks after it.
    expect([...kept]).toEqual([poison, later].map(({ key }) => `${key.pk} ${key.sk}`));
  });

  it('holds back the rows that its entity makes later', async () => {
    const { relay, answers, published, parking, caseOf } = start();
    answers.set('order/1#1', { kind: 'poison', reason: 'InvalidParameter' });
    await relay(row('order/1', 1));

    expect(await relay(row('order/1', 2), row('order/2', 1))).toEqual([]);

    expect(published).toEqual(['order/2#1']);
    expect(await parking.messages(await caseOf('order/1'))).toHaveLength(2);
  });

  it('comes again when it cannot be parked', async () => {
    const { relay, answers, parking } = start();
    answers.set('order/1#1', { kind: 'poison', reason: 'InvalidParameter' });
    parking.park = async () => Promise.reject(new Error('table is away'));
    const [poison, later] = [row('order/1', 1), row('order/1', 2)];

    expect(await relay(poison, row('order/2', 1), later)).toEqual([poison.sequenceNumber, later.sequenceNumber]);
  });

  it('is one that fails for hours, too: its stream would forget it', async () => {
    const { relay, answers, parking, caseOf, deps } = start();
    answers.set('order/1#1', { kind: 'failed', reason: 'KMSDisabled' });
    const late = row('order/1', 1);
    const hours = (count: number) => ({ now: () => new Date(committedAt.getTime() + count * 3_600_000) });

    expect(await relayOutbox({ ...deps, clock: hours(5) })([late], 'relay:live')).toEqual([late]);
    expect(await relayOutbox({ ...deps, clock: hours(7) })([late], 'relay:live')).toEqual([]);

    expect(parking.cases.get(await caseOf('order/1'))?.opening).toMatchObject({ reason: 'Late' });
    expect(await relay(row('order/1', 2))).toEqual([]);
    expect(await parking.messages(await caseOf('order/1'))).toHaveLength(2);
  });

  it('is published in order by a redrive once the topic takes it, with everything behind it', async () => {
    const { relay, again, answers, published, caseOf, kept } = start();
    answers.set('order/1#1', { kind: 'poison', reason: 'InvalidParameter' });
    await relay(row('order/1', 1), row('order/1', 2, 2));
    const caseId = await caseOf('order/1');

    const refused = await again(caseId);
    answers.clear();
    const closed = await again(caseId);
    await relay(row('order/1', 4));

    expect(refused).toMatchObject({
      outcome: 'stopped',
      redriven: 0,
      reason: expect.stringContaining('InvalidParameter'),
    });
    expect(closed).toMatchObject({ outcome: 'closed', redriven: 2 });
    expect(published).toEqual(['order/1#1', 'order/1#2', 'order/1#3', 'order/1#4']);
    expect(kept.size).toBe(0);
  });

  it('is kept for its readers when it is discarded, and the rows behind it are published', async () => {
    const { relay, again, answers, published, caseOf, kept, parking } = start();
    answers.set('order/1#1', { kind: 'poison', reason: 'InvalidParameter' });
    const poison = row('order/1', 1);
    await relay(poison, row('order/1', 2));
    const caseId = await caseOf('order/1');

    await parking.discard(caseId, 1, { reason: 'nobody will take it', by: 'operator-1' });

    expect(await again(caseId)).toMatchObject({ outcome: 'closed', redriven: 1 });
    expect(published).toEqual(['order/1#2']);
    expect([...kept]).toEqual([`${poison.key.pk} ${poison.key.sk}`]);
  });

  it('stops a redrive when it is gone: nothing is skipped in silence', async () => {
    const { relay, again, answers, caseOf, stored } = start();
    answers.set('order/1#1', { kind: 'poison', reason: 'InvalidParameter' });
    await relay(row('order/1', 1));
    stored.clear();

    expect(await again(await caseOf('order/1'))).toMatchObject({ outcome: 'stopped', redriven: 0 });
  });

  it('lets a new row through that found the case open and is late to be appended', async () => {
    const { relay, again, answers, published, parking, caseOf } = start();
    answers.set('order/1#1', { kind: 'poison', reason: 'InvalidParameter' });
    await relay(row('order/1', 1));
    answers.clear();
    const caseId = await caseOf('order/1');
    const append = parking.append.bind(parking);
    parking.append = async (...given) => {
      await again(caseId);
      return append(...given);
    };

    expect(await relay(row('order/1', 2))).toEqual([]);
    expect(published).toEqual(['order/1#1', 'order/1#2']);
  });
});

describe('the relay of a region that may not write', () => {
  const before = (milliseconds: number) => new Date(committedAt.getTime() - milliseconds).toISOString();

  it('publishes nothing and lets its rows pass once it is evacuated: its successor publishes them', async () => {
    const { relay, gate, published } = start();
    gate.records.set('sa-east-1', { fence: fenceOf('sa-east-1', 'us-east-1') });

    expect(await relay(row('order/1', 1), row('order/2', 1))).toEqual([]);
    expect(published).toEqual([]);
  });

  it('keeps its rows for later while only its lease has run out: nobody else publishes them', async () => {
    const { relay, gate, published, postponed } = start();
    gate.records.set('sa-east-1', { lease: leaseOf('sa-east-1', before(0)) });
    const rows = [row('order/1', 1), row('order/2', 1), row('order/3', 1, 1, { originRegion: 'us-east-1' })];

    expect(await relay(...rows)).toEqual(rows.slice(0, 2).map(({ sequenceNumber }) => sequenceNumber));
    expect(postponed).toEqual(['order/1 RegionFencedError', 'order/2 RegionFencedError']);
    gate.records.clear();
    expect(await relay(...rows)).toEqual([]);

    expect(published).toEqual(['order/1#1', 'order/2#1']);
  });

  it('leaves what it committed before its fence ended to the successor, and publishes what it commits since', async () => {
    const { relay, gate, published } = start();
    const unfencedAt = committedAt.toISOString();
    gate.records.set('sa-east-1', { fence: fenceOf('sa-east-1', 'us-east-1', { fenced: false, unfencedAt }) });

    await relay(row('order/1', 1, 1, { committedAt: before(1) }), row('order/1', 2), row('order/2', 1));

    expect(published).toEqual(['order/1#2', 'order/2#1']);
  });

  it('redrives nothing', async () => {
    const { relay, again, answers, caseOf, gate, published } = start();
    answers.set('order/1#1', { kind: 'poison', reason: 'InvalidParameter' });
    await relay(row('order/1', 1));
    answers.clear();
    gate.records.set('sa-east-1', { fence: fenceOf('sa-east-1', 'us-east-1') });

    expect(await again(await caseOf('order/1'))).toMatchObject({
      ...{ outcome: 'stopped', reason: 'RegionFencedError: region sa-east-1 may not write: fenced' },
    });
    expect(published).toEqual([]);
  });

  describe('and is let back in', () => {
    const parkedRow = async () => {
      const world = start();
      world.answers.set('order/1#1', { kind: 'poison', reason: 'InvalidParameter' });
      await world.relay(row('order/1', 1, 1, { committedAt: before(1) }));
      world.answers.clear();
      const unfencedAt = committedAt.toISOString();
      world.gate.records.set('sa-east-1', { fence: fenceOf('sa-east-1', 'us-east-1', { fenced: false, unfencedAt }) });
      return world;
    };

    it('publishes what was parked before: its successor has left it to its case', async () => {
      const { again, caseOf, published } = await parkedRow();

      expect(await again(await caseOf('order/1'))).toMatchObject({ outcome: 'closed' });

      expect(published).toEqual(['order/1#1']);
    });

    it('only releases what an adoption has overruled', async () => {
      const { again, caseOf, published, stored, kept } = await parkedRow();
      stored.set('order/1 ENTITY', { homeRegion: 'us-east-1', adoptedFrom: 'sa-east-1', adoptedAtSequence: 0 });

      expect(await again(await caseOf('order/1'))).toMatchObject({ outcome: 'closed' });

      expect(published).toEqual([]);
      expect(kept.size).toBe(0);
    });
  });
});

describe('whatever the topic answers', () => {
  it('each entity is published without a gap, and what is not published comes again or is parked', async () => {
    const answer = fc.constantFrom('published', 'published', 'failed', 'poison');
    const batches = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 3 }), answer), {
      maxLength: 25,
    });

    await fc.assert(
      fc.asyncProperty(batches, async (batch) => {
        const { relay, answers, published, parking, caseOf } = start();
        const last = new Map<string, number>();
        const rows = batch.map(([entity, events, kind]) => {
          const name = `order/${entity}`;
          const first = (last.get(name) ?? 0) + 1;
          last.set(name, first + events - 1);
          if (kind === 'failed' || kind === 'poison') answers.set(`${name}#${first}`, { kind, reason: kind });
          return row(name, first, events);
        });

        const again = new Set(await relay(...rows));

        for (const [entity, events] of last) {
          const seen = published
            .filter((name) => name.startsWith(`${entity}#`))
            .map((name) => Number(name.split('#')[1]));
          expect(seen).toEqual(seen.map((_, index) => index + 1));
          const waiting = rows.filter(({ key, sequenceNumber }) => key.pk === entity && again.has(sequenceNumber));
          const parked = await parking.messages(await caseOf(entity));
          const keys = [...waiting.map(({ key }) => key), ...parked.map(({ body }) => JSON.parse(body))];
          const unpublished = rows
            .filter(({ key }) => key.pk === entity)
            .filter(({ key }) => keys.some(({ sk }) => sk === key.sk));
          const left = unpublished.reduce((sum, { item }) => sum + (item['events'] as readonly unknown[]).length, 0);
          expect(seen.length + left).toBe(events);
        }
      }),
    );
  });
});

describe('an outbox row', () => {
  it('gives the same fact the same id wherever it is written', () => {
    const parts = {
      ...{ subject: 'order/1', context: 'ordering', sequence: 0, now: committedAt, retentionSeconds: 60 },
      events: [newEvent(orderConfirmedV1, { orderId: 'o', customerId: 'c', currency: 'BRL', totalMinor: 1 })],
      cause: { correlationId: 'c', causationId: 'd' },
    };

    const here = outboxRow({ ...parts, region: 'sa-east-1' });
    const there = outboxRow({ ...parts, region: 'us-east-1', now: clock.now() });

    expect(there.events[0]?.id).toBe(here.events[0]?.id);
    expect(here).toMatchObject({ itemType: 'OUTBOX', expiresAt: committedAt.getTime() / 1_000 + 60 });
  });

  it('has a key of its own in each region, so that replication keeps both of two rows with one number', () => {
    const of = (region: string) => {
      const about = { subject: 'order/1', context: 'ordering', sequence: 6, now: committedAt, retentionSeconds: 60 };
      return outboxRow({ ...about, region, events: [], cause: { correlationId: 'c', causationId: 'd' } });
    };

    expect([of('sa-east-1'), of('us-east-1')]).toMatchObject([
      { pk: 'order/1', sk: 'OUTBOX#000000000007#sa-east-1', committedAt: committedAt.toISOString() },
      { pk: 'order/1', sk: 'OUTBOX#000000000007#us-east-1' },
    ]);
  });
});
