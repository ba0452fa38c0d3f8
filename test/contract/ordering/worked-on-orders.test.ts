import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDbWorkedOnOrders } from '../../../lambdas/ordering/dynamodb-worked-on-orders.adapter';
import { firstPage } from '../../../lambdas/ordering/worked-on-orders.port';
import { outboxSortKey } from '../../../lambdas/shared/outbox';
import { temporaryTable } from '../temporary-table';

const table = temporaryTable('worked-on-orders');
const since = new Date('2026-11-23T08:00:00.000Z');
const [home, other] = ['sa-east-1', 'us-east-1'] as const;

const put = (pk: string, more: object) =>
  table().client.send(new PutCommand({ TableName: table().tableName, Item: { pk, ...more } }));
const state = (subject: string, sequence: number, originRegion: string, committedAt = '2026-11-23T08:30:00.000Z') =>
  put(subject, { sk: outboxSortKey(sequence, originRegion), itemType: 'OUTBOX', originRegion, committedAt });

it('names the orders that a region has stated something about since then, on pages that end, and who stated what', async () => {
  const workedOn = new DynamoDbWorkedOnOrders(table().client, table().tableName, 2);
  await state('order/two', 1, home);
  await state('order/two', 1, other);
  await state('order/two', 2, other);
  await state('order/own', 1, home, since.toISOString());
  await state('order/early', 1, home, '2026-11-23T07:59:59.999Z');
  await state('order/foreign', 1, other);
  await state('timeline/two', 1, home);
  await put('order/two', { sk: 'ENTITY', homeRegion: home });

  const found: string[] = [];
  let cursor: string | undefined = firstPage;
  for (let pages = 0; cursor !== undefined && pages < 20; pages += 1) {
    const page: Awaited<ReturnType<typeof workedOn.page>> = await workedOn.page(home, since, cursor);
    found.push(...page.orderIds);
    cursor = page.next;
  }

  expect(cursor).toBeUndefined();
  expect([...new Set(found)].sort()).toEqual(['own', 'two']);
  expect([...(await workedOn.originsOf('two'))].sort()).toEqual([home, other]);
  expect(await workedOn.originsOf('own')).toEqual([home]);
});
