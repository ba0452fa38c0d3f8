import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDbOrderedStore } from '../../../lambdas/shared/dynamodb-ordered-store.adapter';
import { DynamoDbStreamCheckpoints } from '../../../lambdas/shared/dynamodb-stream-checkpoints.adapter';
import { InMemoryOrderedStore } from '../../../lambdas/shared/in-memory-ordered-store.adapter';
import { InMemoryStreamCheckpoints } from '../../../lambdas/shared/in-memory-stream-checkpoints.adapter';
import { startOf } from '../../../lambdas/shared/ordered-delivery';
import type { StreamCheckpoints } from '../../../lambdas/shared/stream-checkpoints.port';
import { temporaryTable } from '../temporary-table';
import { orderedStoreContract, refusesTooLarge } from './ordered-store.contract-suite';

const clock = { now: () => new Date('2026-11-23T08:00:00.000Z') };

orderedStoreContract('the ordered store in memory', () => {
  const store = new InMemoryOrderedStore();
  const read = async (pk: string, sk: string) => store.items.get(`${pk}\n${sk}`)?.attributes;
  return { store, read };
});

const checkpointsContract = (name: string, start: () => StreamCheckpoints): void => {
  describe(name, () => {
    const place = (shardId: string, sequenceNumber: string) => ({
      ...{ lane: `sa-east-1:${shardId}`, shardId, sequenceNumber, arrivedAt: 5 },
    });

    it('move on by the size of the number, and never back', async () => {
      const checkpoints = start();
      await checkpoints.advance(place('s1', '9'), 4);
      await checkpoints.advance(place('s1', '10'), 3);
      await checkpoints.advance(place('s1', '9'), 100);
      await checkpoints.advance(place('s2', '7'), 1);

      const savedAt = '2026-11-23T08:00:00.000Z';
      expect(await checkpoints.list()).toEqual([
        { shardId: 's1', sequenceNumber: '10', arrivedAt: 5, savedAt, records: 7 },
        { shardId: 's2', sequenceNumber: '7', arrivedAt: 5, savedAt, records: 1 },
      ]);
    });

    it('of replays are apart, one a generation and shard', async () => {
      const checkpoints = start();
      const checkpoint = { shardId: 's1', from: { kind: 'after', sequenceNumber: '9' }, records: 9 } as const;
      await checkpoints.saveReplay('v2', { ...checkpoint, from: { kind: 'horizon' } });
      await checkpoints.saveReplay('v2', checkpoint);
      await checkpoints.saveCaughtUp('v2', 77);

      expect(await checkpoints.replay('v2')).toEqual([checkpoint]);
      expect(await checkpoints.replay('v3')).toEqual([]);
      expect([await checkpoints.caughtUpUntil('v2'), await checkpoints.caughtUpUntil('v3')]).toEqual([77, 0]);
    });

    it('of a search are kept by shard, and replaced', async () => {
      const checkpoints = start();
      const look = { entity: 'visit/1', missing: 3, at: 5, sequenceNumber: '9' };
      await checkpoints.saveLooks('v1', 's1', [look]);
      await checkpoints.saveLooks('v1', 's2', [{ entity: 'visit/2', missing: 1, at: 0 }]);
      await checkpoints.saveLooks('v1', 's2', []);

      expect([...(await checkpoints.looks('v1'))]).toEqual([
        ['s1', [look]],
        ['s2', []],
      ]);
      expect((await checkpoints.looks('v2')).size).toBe(0);
    });
  });
};

checkpointsContract('checkpoints in memory', () => new InMemoryStreamCheckpoints(clock));

describe('on the local cloud', () => {
  const table = temporaryTable('ordered-store');
  let consumers = 0;
  const newPlace = () => ({
    tableName: table().tableName,
    region: 'sa-east-1',
    clock,
    consumer: `things-${(consumers += 1)}`,
  });

  orderedStoreContract('the ordered store in the table', () => {
    const { client, tableName } = table();
    const read = async (pk: string, sk: string) => {
      const { Item = {} } = await client.send(new GetCommand({ TableName: tableName, Key: { pk, sk } }));
      const { pk: _pk, sk: _sk, ...attributes } = Item;
      return attributes;
    };
    return { store: new DynamoDbOrderedStore(client, newPlace()), read };
  });

  checkpointsContract('checkpoints in the table', () => new DynamoDbStreamCheckpoints(table().client, newPlace()));

  it('an entity is where the furthest region is, and each region writes what is its own', async () => {
    const place = newPlace();
    const peers = ['us-east-1'];
    const here = new DynamoDbOrderedStore(table().client, { ...place, peers });
    const there = new DynamoDbOrderedStore(table().client, { ...place, region: 'us-east-1', peers: ['sa-east-1'] });
    const entity = `thing/of-two-${process.pid}`;
    const waitingSince = '2026-11-23T08:00:00.000Z';
    const waits = { ...startOf(entity), waiting: 1, waitingSince, version: 1 };
    const record = { lane: 'sa-east-1:s1', shardId: 's1', sequenceNumber: '12', arrivedAt: 5 };
    const early = { sequence: 3, id: 'id 3', body: '{}', place: record, partitionKey: entity };
    await here.commit('v1', {
      changes: [{ before: startOf(entity), after: waits, keep: [early], drained: [] }],
      effects: [],
    });
    const after = { entity, sequence: 2, recentIds: ['id 1', 'id 2'], waiting: 0, version: 1 };
    await there.commit('v1', {
      changes: [{ before: startOf(entity), after, keep: [], drained: [] }],
      effects: [],
    });

    const seen = { ...waits, sequence: 2, recentIds: ['id 1', 'id 2'] };
    expect((await here.load('v1', [entity])).get(entity)).toEqual({ position: seen, early: [early] });
    expect((await there.load('v1', [entity])).get(entity)).toEqual({ position: after, early: [] });
  });

  it('a position is forgotten 400 days after its last event, and not while something waits', async () => {
    const place = newPlace();
    const { client, tableName } = table();
    const store = new DynamoDbOrderedStore(client, place);
    const entity = `thing/kept-${process.pid}`;
    const expiry = async () => {
      const pk = `POSITION#${place.consumer}#${place.region}#v1#${entity}`;
      const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: { pk, sk: 'POSITION' } }));
      return Item?.['expiresAt'] as unknown;
    };
    const after = { entity, sequence: 1, recentIds: ['id 1'], waiting: 0, version: 1 };
    await store.commit('v1', { changes: [{ before: startOf(entity), after, keep: [], drained: [] }], effects: [] });
    expect(await expiry()).toBe(clock.now().getTime() / 1_000 + 400 * 86_400);

    const waits = { ...after, waiting: 1, waitingSince: '2026-11-23T08:00:00.000Z', version: 2 };
    await store.commit('v1', { changes: [{ before: after, after: waits, keep: [], drained: [] }], effects: [] });

    expect(await expiry()).toBeUndefined();
  });

  it('an effect that the table will never take is told from a table that does not answer', async () => {
    await refusesTooLarge(new DynamoDbOrderedStore(table().client, newPlace()));
  });
});
