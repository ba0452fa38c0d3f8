import { compareReplicas } from '../../../lambdas/regions/compare-replicas.use-case';
import type { ReplicaItem } from '../../../lambdas/regions/replica-difference';
import type { ReplicaPair } from '../../../lambdas/regions/replica-pair.port';
import { recordingLog } from '../shared/messages';
import { fenceOf } from '../shared/region-records';
import { InMemoryRegionLedger } from './in-memory-region-ledger';

const [here, there] = ['us-east-1', 'sa-east-1'];
const now = new Date('2026-11-23T09:00:00.000Z');
const order = (id: number, version: number, more: object = {}): ReplicaItem => ({
  ...{
    pk: `order/${id}`,
    sk: 'ENTITY',
    version,
    updatedAt: `2026-11-23T08:0${version}:00.000Z`,
    state: { a: 1, b: [2] },
  },
  ...more,
});

/** Two replicas, two items a page; what is written here is replicated. */
const setUp = (own: readonly ReplicaItem[], other: readonly ReplicaItem[]) => {
  const asMap = (items: readonly ReplicaItem[]) => new Map(items.map((item) => [`${item.pk} ${item.sk}`, item]));
  const [local, remote] = [asMap(own), asMap(other)];
  const nameOf = ({ pk, sk }: { readonly pk: string; readonly sk: string }) => `${pk} ${sk}`;
  const pair: ReplicaPair = {
    page: async (from) => {
      const items = [...local.values()];
      const begin = from === undefined ? 0 : items.findIndex((item) => nameOf(item) === nameOf(from)) + 1;
      const last = items[begin + 1];
      return { items: items.slice(begin, begin + 2), ...(last && begin + 2 < items.length && { next: last }) };
    },
    pairsOf: async (keys) => keys.map((key) => ({ here: local.get(nameOf(key)), there: remote.get(nameOf(key)) })),
    write: async (item, known) => {
      if (local.get(nameOf(item))?.['version'] !== known?.['version']) return false;
      for (const replica of [local, remote]) replica.set(nameOf(item), item);
      return true;
    },
  };
  const ledger = new InMemoryRegionLedger();
  ledger.records.set(there, { fence: fenceOf(there, here) });
  const world = { local, remote, ledger, meanwhile: (): unknown => undefined };
  const compare = compareReplicas({
    ...{ here, clock: { now: () => now }, log: recordingLog() },
    tablesOf: (context, region) => (context === 'ordering' && region === there ? { pair, ledger } : undefined),
    settle: async () => void world.meanwhile(),
  });
  const run = (hasTime = () => true, cursor?: { readonly pk: string; readonly sk: string }) =>
    compare({ region: there, context: 'ordering', ...(cursor && { cursor }) }, hasTime);
  return { world, run, compare };
};

describe('comparing replicas', () => {
  it('finds nothing between replicas that say the same, in whatever order', async () => {
    const same = {
      sk: 'ENTITY',
      state: { b: [2], a: 1 },
      updatedAt: order(1, 1)['updatedAt'],
      version: 1,
      pk: 'order/1',
    };
    const { run } = setUp([order(1, 1), order(2, 1)], [same, order(2, 1)]);

    expect(await run()).toEqual({ looked: 2, divergent: 0, repaired: 0, keys: [] });
  });

  it('writes the newest of two versions again, whichever side has it', async () => {
    const { run, world } = setUp([order(1, 1), order(2, 3)], [order(1, 2), order(2, 1)]);

    expect(await run()).toEqual({ looked: 2, divergent: 2, repaired: 2, keys: ['order/1 ENTITY', 'order/2 ENTITY'] });

    for (const replica of [world.local, world.remote]) {
      expect(replica.get('order/1 ENTITY')).toEqual({ ...order(1, 2), repairedAt: now.toISOString() });
      expect(replica.get('order/2 ENTITY')).toEqual({ ...order(2, 3), repairedAt: now.toISOString() });
    }
    expect(await run()).toMatchObject({ divergent: 0 });
  });

  it('keeps the newer form of an entity that was rewritten on one side and changed on none, whichever side has it', async () => {
    const rewritten = (id: number): ReplicaItem => ({ ...order(id, 1), schemaVersion: 2 });
    const { run, world } = setUp([order(1, 1), rewritten(2)], [rewritten(1), order(2, 1)]);

    expect(await run()).toMatchObject({ divergent: 2, repaired: 2 });

    for (const replica of [world.local, world.remote])
      expect([...replica.values()].map((item) => item['schemaVersion'])).toEqual([2, 2]);
  });

  it('sends again what the other region does not have', async () => {
    const { run, world } = setUp([order(1, 1)], []);

    expect(await run()).toMatchObject({ divergent: 1, repaired: 1 });

    expect(world.remote.get('order/1 ENTITY')).toMatchObject(order(1, 1));
  });

  it('takes what is under way between the replicas for no divergence', async () => {
    const { run, world } = setUp([order(1, 2)], [order(1, 1)]);
    world.meanwhile = () => world.remote.set('order/1 ENTITY', order(1, 2));

    expect(await run()).toMatchObject({ divergent: 0, repaired: 0 });
  });

  it('leaves a pool of stock as the region has it that alone writes it', async () => {
    const pool = (region: string, available: number): ReplicaItem => ({
      ...{ pk: `stock/MUG/${region}`, sk: 'ENTITY', available, reserved: 0 },
    });
    const { run, world } = setUp([pool(here, 1), pool(there, 1)], [pool(here, 2), pool(there, 2)]);

    await run();

    expect([...world.local.values()].map((item) => item['available'])).toEqual([1, 2]);
    expect([...world.remote.values()].map((item) => item['available'])).toEqual([1, 2]);
  });

  it('stops before its time is over, and goes on from there', async () => {
    const items = [1, 2, 3, 4, 5].map((id) => order(id, 1));
    const { run } = setUp(items, []);
    const first = await run(() => false);
    const second = await run(() => true, first.cursor);

    expect([first.looked, second.looked]).toEqual([2, 3]);
    expect([first.cursor, second.cursor]).toEqual([{ pk: 'order/2', sk: 'ENTITY' }, undefined]);
  });

  it('is refused for a region that is not evacuated to this one: it may be writing', async () => {
    const { run, world } = setUp([order(1, 1)], [order(1, 2)]);
    world.ledger.records.set(there, { fence: fenceOf(there, here, { fenced: false }) });

    await expect(run()).rejects.toMatchObject({ name: 'RegionNotEvacuatedError' });
    expect(world.local.get('order/1 ENTITY')).toEqual(order(1, 1));
  });

  it('is refused for a context that there is not', async () => {
    const { compare } = setUp([], []);

    await expect(compare({ region: there, context: 'weather' }, () => true)).rejects.toMatchObject({
      name: 'UnknownContextError',
    });
  });
});
