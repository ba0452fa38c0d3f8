import { poolKey } from '../../../lambdas/inventory/stock-pool.contract';
import { compareReplicas } from '../../../lambdas/regions/compare-replicas.use-case';
import type { ReplicaItem } from '../../../lambdas/regions/replica-difference';
import { recordingLog } from '../shared/messages';
import { fenceOf } from '../shared/region-records';
import { InMemoryRegionLedger } from './in-memory-region-ledger';
import { InMemoryReplicaPair } from './in-memory-replica-pair';

const [here, there, third] = ['us-east-1', 'sa-east-1', 'eu-west-1'];
const now = new Date('2026-11-23T09:00:00.000Z');
const order = (id: number, version: number, more: object = {}): ReplicaItem => ({
  ...{
    pk: `order/${id}`,
    sk: 'ENTITY',
    version,
    homeRegion: here,
    updatedAt: `2026-11-23T08:0${version}:00.000Z`,
    state: { a: 1, b: [2] },
  },
  ...more,
});

const row = (region: string, more: object = {}): ReplicaItem => ({
  ...{ pk: 'order/1', sk: `OUTBOX#1#${region}`, itemType: 'OUTBOX', originRegion: region, expiresAt: 99 },
  ...{ committedAt: '2026-11-23T08:00:00.000Z', ...more },
});
const pool = (region: string, available: number): ReplicaItem => ({
  ...{ ...poolKey('MUG', region), sku: 'MUG', region, available, reserved: 0 },
});

const setUp = (own: readonly ReplicaItem[], other: readonly ReplicaItem[]) => {
  const pair = new InMemoryReplicaPair(own, other);
  const { local, remote } = pair;
  const ledger = new InMemoryRegionLedger();
  ledger.records.set(there, { fence: fenceOf(there, here) });
  const world = { local, remote, pair, ledger, at: now, meanwhile: (): unknown => undefined };
  const compare = compareReplicas({
    ...{ here, clock: { now: () => world.at }, log: recordingLog() },
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
      homeRegion: here,
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
    const { run, world } = setUp([pool(here, 1), pool(there, 1)], [pool(here, 2), pool(there, 2)]);

    expect(await run()).toMatchObject({ divergent: 2, repaired: 2 });

    expect([...world.local.values()].map((item) => item['available'])).toEqual([1, 2]);
    expect([...world.remote.values()].map((item) => item['available'])).toEqual([1, 2]);
  });

  it.each([
    ['there', row(there), row(there, { expiresAt: undefined })],
    ['here', row(there, { expiresAt: undefined }), row(there)],
  ])('keeps a row that a case keeps %s', async (_, own, other) => {
    const { run, world } = setUp([own], [other]);

    await run();

    const rows = [world.local, world.remote].map((replica) => replica.get(`order/1 OUTBOX#1#${there}`));
    expect(rows).toMatchObject([{ repairedAt: now.toISOString() }, { repairedAt: now.toISOString() }]);
    for (const kept of rows) expect(kept?.['expiresAt']).toBeUndefined();
  });

  it.each([
    ['an entity', order(1, 1, { homeRegion: third }), order(1, 2, { homeRegion: third })],
    ['a row', row(third), row(third, { expiresAt: 100 })],
    ['a pool', pool(third, 1), pool(third, 2)],
  ])('leaves %s of a third region alone, which is writing it', async (_, own, other) => {
    const { run, world } = setUp([own], [other]);

    expect(await run()).toEqual({ looked: 1, divergent: 0, repaired: 0, keys: [] });

    expect([...world.local.values(), ...world.remote.values()]).toEqual([own, other]);
  });

  it('waits for what a third region has taken over and the returning one takes for its own, and writes nothing', async () => {
    const [own, other] = [order(1, 2, { homeRegion: third }), order(1, 1, { homeRegion: there })];
    const { run, world } = setUp([own], [other]);

    expect(await run()).toMatchObject({ divergent: 1, repaired: 0 });

    expect([...world.local.values(), ...world.remote.values()]).toEqual([own, other]);
  });

  it('finds what was written again divergent until it has arrived, and writes it once more only after minutes', async () => {
    const { run, world } = setUp([order(1, 2)], [order(1, 1)]);
    world.pair.isCut = true;
    await run();

    expect(await run()).toMatchObject({ divergent: 1, repaired: 0 });
    world.at = new Date(now.getTime() + 5 * 60_000);
    expect(await run()).toMatchObject({ divergent: 1, repaired: 1 });
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
