import { awaitArrival } from '../../../lambdas/regions/await-arrival.use-case';
import type { ReplicaItem } from '../../../lambdas/regions/replica-difference';
import { InMemoryReplicaPair } from './in-memory-replica-pair';

const [here, there] = ['us-east-1', 'sa-east-1'];
const since = '2026-11-22T08:00:00.000Z';
const row = (sequence: number, more: object = {}): ReplicaItem => ({
  ...{ pk: 'order/1', sk: `OUTBOX#${sequence}#${there}`, itemType: 'OUTBOX', originRegion: there },
  ...{ committedAt: '2026-11-23T08:00:00.000Z', ...more },
});
const entity = (minute: number, homeRegion = there): ReplicaItem => ({
  ...{ pk: 'order/1', sk: 'ENTITY', homeRegion, updatedAt: `2026-11-23T08:0${minute}:00.000Z` },
});

const arrival = (own: readonly ReplicaItem[], other: readonly ReplicaItem[]) => {
  const pair = new InMemoryReplicaPair(own, other);
  const ask = awaitArrival({
    pairOf: (context, region) => (context === 'ordering' && region === there ? pair : undefined),
  });
  return (hasTime = () => true, cursor?: { readonly pk: string; readonly sk: string }) =>
    ask({ region: there, context: 'ordering', since, ...(cursor && { cursor }) }, hasTime);
};

describe('what a region wrote last', () => {
  it('has arrived when every row and entity of its replica is here', async () => {
    const items = [row(1), row(2), entity(1)];

    expect(await arrival(items, items)()).toEqual({ looked: 3, missing: 0, keys: [] });
  });

  it('is missed row by row: replication brings each by itself', async () => {
    const look = arrival([row(1), row(3)], [row(1), row(2), row(3)]);

    expect(await look()).toEqual({ looked: 3, missing: 1, keys: [`order/1 OUTBOX#2#${there}`] });
  });

  it('is missed when an entity is here as it was before', async () => {
    expect(await arrival([entity(1)], [entity(2)])()).toMatchObject({ missing: 1, keys: ['order/1 ENTITY'] });
    expect(await arrival([], [entity(2)])()).toMatchObject({ missing: 1 });
  });

  it('is not waited for when this region has gone on from there', async () => {
    expect(await arrival([entity(3, here)], [entity(2)])()).toMatchObject({ looked: 1, missing: 0 });
  });

  it('does not begin before its relay is known to have published, and is nobody else’s', async () => {
    const other = [row(1, { committedAt: '2026-11-22T07:59:59.999Z' }), row(2, { originRegion: here })];

    expect(await arrival([], other)()).toEqual({ looked: 0, missing: 0, keys: [] });
  });

  it('is looked at for as long as there is time, and then from there', async () => {
    const look = arrival([], [row(1), row(2), row(3)]);
    const first = await look(() => false);
    const second = await look(() => true, first.cursor);

    expect([first.missing, second.missing]).toEqual([2, 1]);
    expect(second.cursor).toBeUndefined();
  });

  it('is not asked of a region or a context that there is not', async () => {
    const ask = awaitArrival({ pairOf: () => undefined });

    await expect(ask({ region: there, context: 'weather', since }, () => true)).rejects.toMatchObject({
      name: 'UnknownContextError',
    });
  });
});
