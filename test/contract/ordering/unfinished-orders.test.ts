import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { orderStore } from '../../../lambdas/ordering/dynamodb-order-stores.adapter';
import { DynamoDbUnfinishedOrders } from '../../../lambdas/ordering/dynamodb-unfinished-orders.adapter';
import type { Order } from '../../../lambdas/ordering/order';
import { DynamoDbAdoptedOrders } from '../../../lambdas/regions/dynamodb-adopted-orders.adapter';
import { alwaysActive } from '../../../lambdas/shared/always-active-region-gate.adapter';
import { placedOrder } from '../../unit/ordering/fixtures';
import { temporaryTable } from '../temporary-table';

const table = temporaryTable('unfinished-orders');
const ENTITY_SCHEMAS = { order: { reads: [1, 2], writes: 2 } };
const orders = () => {
  const env = { AWS_REGION: 'sa-east-1', ORDERS_TABLE: table().tableName, ENTITY_SCHEMAS };
  return orderStore(table().client, env, alwaysActive);
};
const commit = async (state: Order) => {
  const basedOn = await orders().find(state.orderId);
  const cause = { correlationId: state.orderId, causationId: 'test' };
  await orders().commit({ id: state.orderId, basedOn, state, events: [], cause });
};
const idStarting = (digit: string) => `${digit}c1b4bb5-7f0c-5d0f-9b7e-2f7f6f0f6b11`;
const listed = async (time: string) => {
  const ids: string[] = [];
  for await (const page of new DynamoDbUnfinishedOrders(table().client, table().tableName).placedBefore(new Date(time)))
    ids.push(...page);
  return ids.sort();
};

it('lists the orders that are to be brought to an end and are old enough, whatever their ids', async () => {
  const [first, second, third, young] = ['0', '7', 'f', '3'].map(idStarting) as [string, string, string, string];
  const placedAt = '2026-11-23T08:00:00.000Z';
  for (const orderId of [first, second, third]) await commit(placedOrder({ orderId, placedAt }));
  await commit(placedOrder({ orderId: young, placedAt: '2026-11-23T09:30:00.000Z' }));
  const noon = '2026-11-23T09:00:00.000Z';
  expect(await listed(noon)).toEqual([first, second, third]);

  await commit(placedOrder({ orderId: first, placedAt, status: 'CANCELLING', cancelRequestedAt: placedAt }));
  await commit(placedOrder({ orderId: second, placedAt, status: 'CONFIRMED' }));
  await commit(placedOrder({ orderId: third, placedAt, status: 'PARKED', parked: ['refund'] }));
  expect(await listed(noon)).toEqual([first]);

  // A redrive takes it up again.
  await commit(placedOrder({ orderId: third, placedAt, execution: `${third}.c1` }));
  expect(await listed(noon)).toEqual([first, third]);
});

it('leaves nothing of the list in an order that has ended', async () => {
  const orderId = idStarting('a');
  await commit(placedOrder({ orderId }));
  await commit(placedOrder({ orderId, status: 'REJECTED' }));

  const Key = { pk: `order/${orderId}`, sk: 'ENTITY' };
  const { Item } = await table().client.send(new GetCommand({ TableName: table().tableName, Key }));
  expect(Item).toMatchObject({ state: { status: 'REJECTED' } });
  expect(Object.keys(Item ?? {})).not.toEqual(expect.arrayContaining(['caseStatus']));
  expect(Object.keys(Item ?? {})).not.toEqual(expect.arrayContaining(['openedAt']));
});

describe('the unfinished orders of a region', () => {
  const unfinished = () => new DynamoDbUnfinishedOrders(table().client, table().tableName);
  const idOf = (digit: string) => `${digit}d1b4bb5-7f0c-5d0f-9b7e-2f7f6f0f6b1${digit}`;
  const [own, adopted, foreign, ended] = ['2', '4', '8', '9'].map(idOf) as [string, string, string, string];
  const put = async (orderId: string, homeRegion: string, more: object = {}, changes: Partial<Order> = {}) => {
    await commit(placedOrder({ orderId, execution: orderId, ...changes }));
    const attributes = Object.entries({ homeRegion, ...more });
    await table().client.send(
      new UpdateCommand({
        TableName: table().tableName,
        Key: { pk: `order/${orderId}`, sk: 'ENTITY' },
        UpdateExpression: `SET ${attributes.map(([name]) => `${name} = :${name}`).join(', ')}`,
        ExpressionAttributeValues: Object.fromEntries(attributes.map(([name, value]) => [`:${name}`, value])),
      }),
    );
  };

  it('are those that are at home there, or were adopted from there', async () => {
    await put(own, 'eu-west-1');
    await put(adopted, 'us-east-1', { adoptedFrom: 'eu-west-1' });
    await put(foreign, 'us-east-1');
    await put(ended, 'eu-west-1', {}, { status: 'CONFIRMED' });

    const found: string[] = [];
    for await (const { orderIds } of unfinished().ofRegion('eu-west-1')) found.push(...orderIds);

    expect(found.sort()).toEqual([own, adopted]);
  });

  it('are listed on from the page that a cursor names, which comes again', async () => {
    let cursor = '';
    for await (const page of unfinished().ofRegion('eu-west-1'))
      if (page.orderIds.includes(adopted)) cursor = page.cursor;

    const found: string[] = [];
    for await (const { orderIds } of unfinished().ofRegion('eu-west-1', cursor)) found.push(...orderIds);

    expect(found).toEqual([adopted]);
  });

  it('are counted as far as they were adopted and wait for no operator', async () => {
    const from = { adoptedFrom: 'eu-west-1' };
    await put(idOf('b'), 'us-east-1', from, { status: 'PARKED', parked: ['refund'] });

    const orders = new DynamoDbAdoptedOrders(table().client, table().tableName);

    expect(await orders.unfinishedOf('eu-west-1')).toBe(1);
    expect(await orders.unfinishedOf('sa-east-1')).toBe(0);
  });
});
