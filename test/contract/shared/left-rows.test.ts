import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { orderCancelledV1 } from '../../../contracts/avro/events';
import { DynamoDbLeftRows } from '../../../lambdas/shared/dynamodb-left-rows.adapter';
import { newEvent } from '../../../lambdas/shared/event-contract';
import type { RowPlace } from '../../../lambdas/shared/left-rows.port';
import { outboxRow } from '../../../lambdas/shared/outbox';
import { readOutboxRow } from '../../../lambdas/shared/outbox-row-reader';
import { temporaryTable } from '../temporary-table';

const table = temporaryTable('left-rows');
const put = async (subject: string, sequence: number, region: string, time: string) => {
  const { client, tableName: TableName } = table();
  const about = { subject, context: 'test', region, sequence: sequence - 1, now: new Date(time) };
  const cause = { correlationId: 'c', causationId: 'd' };
  const events = [newEvent(orderCancelledV1, { orderId: 'o', customerId: 'c' })];
  await client.send(new PutCommand({ TableName, Item: outboxRow({ ...about, events, cause, retentionSeconds: 60 }) }));
};
const by = { region: 'sa-east-1', since: '2026-11-22T08:00:00.000Z' };

it('finds the rows of one region from a time on, each entity’s in order, in one segment or another', async () => {
  const { client, tableName } = table();
  for (const entity of ['order/1', 'order/2', 'order/3', 'order/4']) {
    for (const sequence of [2, 1, 3]) await put(entity, sequence, 'sa-east-1', '2026-11-23T08:00:00.000Z');
    await put(entity, 4, 'us-east-1', '2026-11-23T08:00:00.000Z');
    await put(entity, 5, 'sa-east-1', '2026-11-21T08:00:00.000Z');
  }
  const left = new DynamoDbLeftRows(client, tableName);

  const found: string[] = [];
  for (let segment = 0; segment < left.segments; segment += 1) {
    let from: RowPlace;
    do {
      const { rows, next } = await left.page(segment, by, from);
      for (const { item } of rows)
        found.push(`${readOutboxRow(item).subject}#${readOutboxRow(item).events[0]?.sequence}`);
      from = next;
    } while (from !== undefined);
  }

  expect(found).toHaveLength(12);
  for (const entity of ['order/1', 'order/2', 'order/3', 'order/4'])
    expect(found.filter((name) => name.startsWith(entity))).toEqual(
      [1, 2, 3].map((sequence) => `${entity}#${sequence}`),
    );
});

it('tells where the entities of rows are at home, and from which event on', async () => {
  const { client, tableName: TableName } = table();
  const entities = [
    { pk: 'order/a', homeRegion: 'sa-east-1' },
    { pk: 'order/b', homeRegion: 'us-east-1', adoptedAtSequence: 3 },
  ];
  for (const entity of entities)
    await client.send(new PutCommand({ TableName, Item: { ...entity, sk: 'ENTITY', version: 1 } }));

  const found = await new DynamoDbLeftRows(client, TableName).entitiesOf(['order/a', 'order/b', 'order/a', 'order/c']);

  expect([...found].sort()).toEqual([
    ['order/a', { homeRegion: 'sa-east-1' }],
    ['order/b', { homeRegion: 'us-east-1', adoptedAtSequence: 3 }],
  ]);
});
