import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { poolKey } from '../../../lambdas/inventory/stock-pool.contract';
import { DynamoDbReplicaPair } from '../../../lambdas/regions/dynamodb-replica-pair.adapter';
import type { ReplicaItem } from '../../../lambdas/regions/replica-difference';
import { temporaryTable } from '../temporary-table';

const table = temporaryTable('replica-pair');
const put = (item: ReplicaItem) =>
  table().client.send(new PutCommand({ TableName: table().tableName, Item: { ...item } }));
// One table stands for both: what is tested is what is read and when it is written.
const pair = () => new DynamoDbReplicaPair(table().client, table().client, table().tableName);

const entity = { pk: 'order/1', sk: 'ENTITY', version: 1, updatedAt: '2026-11-23T08:00:00.000Z', homeRegion: 'a' };
const row = {
  ...{ pk: 'order/1', sk: 'OUTBOX#1', itemType: 'OUTBOX', originRegion: 'a', expiresAt: 99 },
  committedAt: '2026-11-23T08:00:00.000Z',
};
const pool = { ...poolKey('MUG', 'a'), region: 'a', available: 5, reserved: 0 };
const marker = { pk: 'INBOX#c#1', sk: 'INBOX' };

it('looks at entities, outbox rows and pools of stock, and at nothing else', async () => {
  for (const item of [entity, row, pool, marker]) await put(item);

  const { items } = await pair().page(undefined);

  expect(items.map(({ pk, sk }) => `${pk} ${sk}`).sort()).toEqual(
    [entity, row, pool].map(({ pk, sk }) => `${pk} ${sk}`).sort(),
  );
  expect(await pair().pairsOf([pool, { pk: 'order/9', sk: 'ENTITY' }])).toEqual([
    { here: pool, there: pool },
    { here: undefined, there: undefined },
  ]);
});

it('writes an item that is as it was read, and none that has changed', async () => {
  for (const item of [entity, row, pool]) {
    await put(item);
    expect(await pair().write({ ...item, repairedAt: 'now' }, item)).toBe(true);
  }
  await put({ ...entity, version: 2 });
  await put({ ...pool, available: 4, reserved: 1 });

  expect(await pair().write({ ...entity, repairedAt: 'now' }, entity)).toBe(false);
  expect(await pair().write({ ...pool, repairedAt: 'now' }, pool)).toBe(false);
  expect(await pair().write({ ...entity, repairedAt: 'now' }, undefined)).toBe(false);
  expect(await pair().write({ ...entity, pk: 'order/2' }, undefined)).toBe(true);
  // A case keeps the row since.
  const { expiresAt: _, ...kept } = row;
  await put(kept);
  expect(await pair().write({ ...row, repairedAt: 'now' }, row)).toBe(false);
  await put(row);
  expect(await pair().write({ ...kept, repairedAt: 'now' }, kept)).toBe(false);
});

it('looks at the entities and rows that a region itself has written since', async () => {
  const foreign = { ...entity, pk: 'order/3', homeRegion: 'b' };
  for (const item of [entity, row, pool, marker, foreign, { ...row, sk: 'OUTBOX#2', originRegion: 'b' }])
    await put(item);
  const since = (time: string) => pair().writtenThere({ region: 'a', since: time }, undefined);

  const { items } = await since(entity.updatedAt);

  const names = items.map(({ pk, sk }) => `${pk} ${sk}`);
  expect(names.filter((name) => name.startsWith('order/1 ')).sort()).toEqual(['order/1 ENTITY', 'order/1 OUTBOX#1']);
  expect(names).not.toContain('order/3 ENTITY');
  expect((await since('2026-11-23T08:00:00.001Z')).items).toEqual([]);
});

it('does not write over an entity that was rewritten in another form since it was read', async () => {
  await put({ ...entity, pk: 'order/3', schemaVersion: 2 });

  expect(await pair().write({ ...entity, pk: 'order/3', repairedAt: 'now' }, { ...entity, pk: 'order/3' })).toBe(false);
});
