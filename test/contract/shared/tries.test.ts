import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDbTries } from '../../../lambdas/shared/dynamodb-tries.adapter';
import { InMemoryTries } from '../../../lambdas/shared/in-memory-tries.adapter';
import { temporaryTable } from '../temporary-table';
import { triesContract } from './tries.contract-suite';

const clock = { now: () => new Date('2026-11-23T08:00:00.000Z') };

triesContract('tries in memory', async () => new InMemoryTries());

describe('on the local cloud', () => {
  const table = temporaryTable('tries');
  const start = (consumer: string) => {
    const { client, tableName } = table();
    return new DynamoDbTries(client, { tableName, consumer, clock });
  };

  triesContract('tries in DynamoDB', async () => start('fill-basket'));

  it('are counted for each consumer apart, and swept when SQS has long forgotten the message', async () => {
    const { client, tableName } = table();
    await start('one').begin('m');

    expect(await start('other').begin('m')).toBe(0);

    const Key = { pk: 'TRIES#one#m', sk: 'TRIES' };
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }));
    expect(Item).toEqual({ ...Key, begun: 1, expiresAt: clock.now().getTime() / 1_000 + 14 * 86_400 });
  });
});
