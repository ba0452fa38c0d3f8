import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { beatInto } from '../../../lambdas/shared/dynamodb-heartbeat.adapter';
import { temporaryTable } from '../temporary-table';

const table = temporaryTable('heartbeat');

it('writes one item a region, another one each time, so that the stream tells of every beat', async () => {
  const { client, tableName } = table();
  let beats = 0;
  const clock = { now: () => new Date(Date.UTC(2026, 10, 23, 8, 5 * (beats += 1))) };
  const beat = beatInto(client, { tableName, region: 'sa-east-1', clock });
  const read = async () => {
    const Key = { pk: 'HEARTBEAT#sa-east-1', sk: 'HEARTBEAT' };
    return (await client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }))).Item;
  };

  await beat();
  const first = await read();
  await beat();
  const second = await read();

  // What the relay's event source mapping lets through.
  expect(first).toMatchObject({ itemType: 'HEARTBEAT', originRegion: 'sa-east-1', beatAt: '2026-11-23T08:05:00.000Z' });
  expect(second).toMatchObject({ itemType: 'HEARTBEAT', beatAt: '2026-11-23T08:10:00.000Z' });
});
