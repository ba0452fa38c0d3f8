import { orderCancelledV1 } from '../../../contracts/avro/events';
import { newEvent } from '../../../lambdas/shared/event-contract';
import { InMemoryParking } from '../../../lambdas/shared/in-memory-parking.adapter';
import { InMemoryRegionGate } from '../../../lambdas/shared/in-memory-region-gate.adapter';
import type { LeftRows, RowPlace } from '../../../lambdas/shared/left-rows.port';
import { outboxRow } from '../../../lambdas/shared/outbox';
import type { TakenOverEntity } from '../../../lambdas/shared/outbox-takeover';
import type { StreamRow } from '../../../lambdas/shared/stream-consumer';
import { takeOverRows } from '../../../lambdas/shared/take-over-rows.use-case';
import type { Publication, TopicMessage } from '../../../lambdas/shared/topic.port';
import { fenceOf, leaseOf } from './region-records';

const [home, successor] = ['sa-east-1', 'us-east-1'];
const committedAt = new Date('2026-11-23T08:00:00.000Z');
/** Long enough after for the relay's own patience to be over. */
const clock = { now: () => new Date('2026-11-23T20:00:00.000Z') };
const since = '2026-11-22T08:00:00.000Z';

const row = (entity: string, sequence: number, more: StreamRow['item'] = {}): StreamRow => {
  const made = outboxRow({
    ...{ subject: entity, context: 'test', region: home, sequence: sequence - 1, now: committedAt },
    events: [newEvent(orderCancelledV1, { orderId: 'o', customerId: 'c' })],
    ...{ cause: { correlationId: 'c', causationId: 'd' }, retentionSeconds: 60 },
  });
  return { sequenceNumber: `${entity}#${sequence}`, key: { pk: made.pk, sk: made.sk }, item: { ...made, ...more } };
};

/** The relay of the successor, over rows in two segments, two rows a page. */
const start = (...segments: readonly (readonly StreamRow[])[]) => {
  const [published, failing]: [string[], Set<string>] = [[], new Set()];
  const entities = new Map<string, TakenOverEntity>();
  const left: LeftRows = {
    segments: 2,
    page: async (segment, _, from) => {
      const rows = segments[segment] ?? [];
      const begin = from === undefined ? 0 : rows.findIndex(({ key }) => key.pk === from.pk && key.sk === from.sk) + 1;
      const next: RowPlace = begin + 2 < rows.length ? rows[begin + 1]?.key : undefined;
      return { rows: rows.slice(begin, begin + 2), next };
    },
    entitiesOf: async (keys) => new Map([...entities].filter(([key]) => keys.includes(key))),
  };
  const topic = {
    ...{ maxBytes: 10_000, maxMessages: 10, sizeOf: ({ body }: TopicMessage) => body.length },
    publish: async (messages: readonly TopicMessage[]): Promise<readonly Publication[]> =>
      messages.map(({ group, body }) => {
        const name = `${group}#${JSON.parse(body).sequence}`;
        if (failing.has(name)) return { kind: 'failed', reason: 'Throttled' };
        published.push(name);
        return { kind: 'published' };
      }),
  };
  const gate = new InMemoryRegionGate({ region: successor, clock });
  gate.records.set(home, { fence: fenceOf(home, successor) });
  const parking = new InMemoryParking({ context: 'test', consumer: 'relay-outbox', region: successor });
  const rows = { read: async () => undefined, keep: async () => undefined, release: async () => undefined };
  const report = { published: () => undefined, parked: () => undefined, postponed: () => undefined };
  const take = takeOverRows({ topic, parking, rows, clock, report, gate, region: successor, left });
  const takeOver = (cursor?: string, pages = Number.POSITIVE_INFINITY) => {
    let budget = pages;
    const call = { redriveFunction: 'relay:live', hasTime: () => (budget -= 1) >= 0 };
    return take({ takeOver: { region: home, since, ...(cursor !== undefined && { cursor }) } }, call);
  };
  return { published, failing, entities, gate, parking, takeOver };
};

describe('a take-over', () => {
  it('publishes what the evacuated region has left, in order per entity', async () => {
    const { published, takeOver } = start(
      [row('order/1', 1), row('order/1', 2), row('order/1', 3), row('order/2', 1)],
      [row('order/3', 1)],
    );

    expect(await takeOver()).toEqual({ looked: 5, published: 5, parked: 0, skipped: 0 });

    expect(published.filter((name) => name.startsWith('order/1'))).toEqual(['order/1#1', 'order/1#2', 'order/1#3']);
    expect(published).toHaveLength(5);
  });

  it('stops before its time is over, and goes on from there', async () => {
    const { published, takeOver } = start([1, 2, 3, 4, 5].map((sequence) => row('order/1', sequence)));
    let answer = await takeOver(undefined, 2);
    const first = [...published];
    for (let calls = 0; answer.cursor !== undefined && calls < 9; calls += 1) answer = await takeOver(answer.cursor, 2);

    expect(first).toEqual(['order/1#1', 'order/1#2']);
    expect(published).toEqual([1, 2, 3, 4, 5].map((sequence) => `order/1#${sequence}`));
  });

  it('leaves out what an adoption has overruled', async () => {
    const { published, entities, takeOver } = start([row('order/1', 1), row('order/1', 2), row('order/2', 1)]);
    entities.set('order/1', { homeRegion: successor, adoptedAtSequence: 1 });

    expect(await takeOver()).toEqual({ looked: 3, published: 2, parked: 0, skipped: 1 });

    expect(published).toEqual(['order/1#1', 'order/2#1']);
  });

  it('publishes a row that was kept, since its region may have been fenced before it was parked', async () => {
    const { published, takeOver } = start([row('order/1', 1, { expiresAt: undefined })]);

    await takeOver();

    expect(published).toEqual(['order/1#1']);
  });

  it('parks what can never be published, with all behind it, and counts it', async () => {
    const { published, parking, takeOver } = start([
      row('order/1', 1, { events: 'none' }),
      row('order/1', 2),
      row('order/2', 1),
    ]);

    expect(await takeOver()).toEqual({ looked: 3, published: 1, parked: 2, skipped: 0 });

    expect(published).toEqual(['order/2#1']);
    expect([...(await parking.openFor(['order/1', 'order/2'])).keys()]).toEqual(['order/1']);
  });

  it('parks nothing for being late: what the topic does not take now comes again', async () => {
    const { failing, parking, takeOver } = start([row('order/1', 1)]);
    failing.add('order/1#1');

    await expect(takeOver()).rejects.toMatchObject({ name: 'RowsLeftError' });

    expect((await parking.openFor(['order/1'])).size).toBe(0);
  });

  it('fails when the topic does not take a row, so that it is repeated from the same place', async () => {
    const { published, failing, takeOver } = start([row('order/1', 1), row('order/1', 2)]);
    failing.add('order/1#2');
    await expect(takeOver()).rejects.toThrow('1 rows were not published, the first is order/1#2');
    failing.clear();

    await takeOver();

    expect(published).toEqual(['order/1#1', 'order/1#1', 'order/1#2']);
  });

  it('is refused where nobody has put up a fence that names this region', async () => {
    const { gate, published, takeOver } = start([row('order/1', 1)]);
    for (const fence of [undefined, fenceOf(home, 'eu-west-1'), fenceOf(home, successor, { fenced: false })]) {
      gate.records.set(home, { fence });
      await expect(takeOver()).rejects.toMatchObject({ name: 'RegionNotEvacuatedError' });
    }

    expect(published).toEqual([]);
  });

  it('comes again while this region has no lease itself: that passes', async () => {
    const { gate, published, takeOver } = start([row('order/1', 1)]);
    gate.records.set(successor, { lease: leaseOf(successor, '2026-11-23T08:59:59.000Z') });

    await expect(takeOver()).rejects.toMatchObject({ name: 'RegionFencedError', region: successor });

    expect(published).toEqual([]);
  });

  it('is refused with a cursor that it did not make', async () => {
    const { takeOver } = start([row('order/1', 1)]);

    for (const cursor of ['not json', '["done"]', '[1,2]'])
      await expect(takeOver(cursor)).rejects.toMatchObject({ name: 'CursorError' });
  });
});
