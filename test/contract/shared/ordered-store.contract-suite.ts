import { startOf } from '../../../lambdas/shared/ordered-delivery';
import { EffectRefusedError, EntityMovedError } from '../../../lambdas/shared/ordered-store.errors';
import type { EarlyEvent, EntityChange, OrderedStore } from '../../../lambdas/shared/ordered-store.port';

const place = { lane: 'sa-east-1:shard-1', shardId: 'shard-1', sequenceNumber: '12', arrivedAt: 1_795_420_800_000 };
const early = (sequence: number): EarlyEvent => ({
  ...{ sequence, id: `id ${sequence}`, body: `{"n":${sequence}}`, place, partitionKey: 'a' },
});

/** What every ordered store promises. Entities are new in each test, so a table may be shared. */
export const orderedStoreContract = (
  name: string,
  start: () => { readonly store: OrderedStore; readonly read: (pk: string, sk: string) => Promise<unknown> },
): void => {
  describe(name, () => {
    let number = 0;
    const newEntity = () => `thing/${process.pid}-${(number += 1)}`;
    const first = (entity: string, change: Partial<EntityChange> = {}): EntityChange => ({
      before: startOf(entity),
      after: { entity, sequence: 1, recentIds: ['id 1'], waiting: 0, lastArrival: 5, version: 1 },
      ...{ keep: [], drained: [], ...change },
    });

    it('knows nothing of an entity until something of it is written', async () => {
      const { store } = start();
      const [a, b] = [newEntity(), newEntity()];
      await store.commit('v1', { changes: [first(a)], effects: [] });

      const known = await store.load('v1', [a, b]);

      expect(known.get(a)).toEqual({ position: first(a).after, early: [] });
      expect(known.get(b)).toEqual({ position: startOf(b), early: [] });
      expect((await store.load('v2', [a])).get(a)).toEqual({ position: startOf(a), early: [] });
    });

    it('keeps what comes too soon, in order, until it is drained', async () => {
      const { store } = start();
      const a = newEntity();
      const since = '2026-11-23T08:00:00.000Z';
      const waiting = { ...first(a).after, sequence: 0, recentIds: [], waiting: 2, waitingSince: since };
      await store.commit('v1', { changes: [first(a, { after: waiting, keep: [early(3), early(2)] })], effects: [] });
      expect((await store.load('v1', [a])).get(a)).toEqual({ position: waiting, early: [early(2), early(3)] });

      const after = {
        entity: a,
        sequence: 2,
        recentIds: ['id 1', 'id 2'],
        waiting: 1,
        waitingSince: since,
        version: 2,
      };
      await store.commit('v1', { changes: [{ before: waiting, after, keep: [], drained: [2] }], effects: [] });

      expect((await store.load('v1', [a])).get(a)).toEqual({ position: after, early: [early(3)] });
    });

    it('lists entities for which something waits, for as long as it does', async () => {
      const { store } = start();
      const [a, b] = [newEntity(), newEntity()];
      const waiting = (entity: string, waitingSince: string) => ({
        ...first(entity).after,
        ...{ sequence: 0, recentIds: [], waiting: 1, waitingSince },
      });
      const [later, sooner] = [waiting(a, '2026-11-23T09:00:00.000Z'), waiting(b, '2026-11-23T08:30:00.000Z')];
      for (const [entity, after] of [[a, later] as const, [b, sooner] as const])
        await store.commit('v1', { changes: [first(entity, { after, keep: [early(2)] })], effects: [] });
      const listed = async (before: string) =>
        (await store.gaps(before)).entities.map(({ entity }) => entity).filter((one) => one === a || one === b);

      expect(await listed('2026-11-23T09:00:00.000Z')).toEqual([b]);
      expect(await listed('2026-11-23T10:00:00.000Z')).toEqual([b, a]);
      const after = { ...first(b).after, sequence: 2, version: 2 };
      await store.commit('v1', { changes: [{ before: sooner, after, keep: [], drained: [2] }], effects: [] });

      expect(await listed('2026-11-23T10:00:00.000Z')).toEqual([a]);
    });

    it('writes effects and positions together, or neither', async () => {
      const { store, read } = start();
      const [a, b] = [newEntity(), newEntity()];
      const effects = [
        { kind: 'put' as const, key: { pk: `PUT#${a}`, sk: '1' }, attributes: { text: 'one', gone: undefined } },
        { kind: 'add' as const, key: { pk: `ADD#${a}`, sk: '1' }, amounts: { count: 2 }, attributes: { kind: 'seen' } },
      ];
      await store.commit('v1', { changes: [first(a), first(b)], effects });
      expect(await read(`v1/PUT#${a}`, '1')).toEqual({ text: 'one' });

      const stale = { changes: [first(a)], effects };
      await expect(store.commit('v1', stale)).rejects.toThrow(EntityMovedError);
      expect(await read(`v1/ADD#${a}`, '1')).toEqual({ count: 2, kind: 'seen' });
      const before = first(a).after;
      const change = { before, after: { ...before, sequence: 2, version: 2 }, keep: [], drained: [] };
      await store.commit('v1', { changes: [change], effects });

      expect(await read(`v1/ADD#${a}`, '1')).toEqual({ count: 4, kind: 'seen' });
    });

    it('lets one of several through who move an entity at the same time', async () => {
      const { store, read } = start();
      const a = newEntity();
      const effects = [{ kind: 'add' as const, key: { pk: `ADD#${a}`, sk: '1' }, amounts: { count: 1 } }];

      const tried = await Promise.allSettled(
        Array.from({ length: 5 }, () => store.commit('v1', { changes: [first(a)], effects })),
      );

      const lost = tried.filter((one) => one.status === 'rejected').map(({ reason }) => reason);
      expect(lost).toEqual(Array.from({ length: 4 }, () => expect.any(EntityMovedError)));
      expect(await read(`v1/ADD#${a}`, '1')).toEqual({ count: 1 });
    });

    it('begins with a generation, and goes on with the one that is made active', async () => {
      const { store } = start();
      expect(await store.active()).toEqual({ name: 'v1' });
      expect(await store.generation('v2')).toBeUndefined();
      await store.saveGeneration({ name: 'v2', from: 5, follows: 'v1' });

      expect(await store.activate('v2')).toBe('v1');

      expect(await store.active()).toEqual({ name: 'v2', from: 5, follows: 'v1' });
      expect(await store.activate('v1')).toBe('v2');
    });
  });
};

/** What only a table can refuse. */
export const refusesTooLarge = async (store: OrderedStore): Promise<void> => {
  const entity = `thing/large-${process.pid}`;
  const after = { entity, sequence: 1, recentIds: ['id 1'], waiting: 0, version: 1 };
  const attributes = { text: 'x'.repeat(500_000) };
  const commit = {
    changes: [{ before: startOf(entity), after, keep: [], drained: [] }],
    effects: [{ kind: 'put' as const, key: { pk: `PUT#${entity}`, sk: '1' }, attributes }],
  };
  await expect(store.commit('v1', commit)).rejects.toThrow(EffectRefusedError);
};
