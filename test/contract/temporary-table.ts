import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ensureCloud } from '../../local/cloud';
import { clientConfig } from '../../local/deployment/aws-clients';

/** A table with the keys and the index of a context's table, and a client for it. */
export interface TemporaryTable {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}

/** A table of its own for the tests of a file, on the local cloud; gone after them. */
export const temporaryTable = (name: string): (() => TemporaryTable) => {
  let table: TemporaryTable | undefined;
  beforeAll(async () => {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(await ensureCloud())), {
      marshallOptions: { removeUndefinedValues: true },
    });
    const tableName = `${name}-${process.pid}`;
    await client.send(
      new CreateTableCommand({
        TableName: tableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
          { AttributeName: 'caseStatus', AttributeType: 'S' },
          { AttributeName: 'openedAt', AttributeType: 'S' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'cases',
            KeySchema: [
              { AttributeName: 'caseStatus', KeyType: 'HASH' },
              { AttributeName: 'openedAt', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      }),
    );
    table = { client, tableName };
  });
  afterAll(async () => {
    await table?.client.send(new DeleteTableCommand({ TableName: table.tableName }));
    table?.client.destroy();
  });
  return () => {
    if (table === undefined) throw new Error('the table is there from the first test on, not before');
    return table;
  };
};
