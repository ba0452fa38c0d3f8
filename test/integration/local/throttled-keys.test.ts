import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { type ScratchEmulator, startScratchEmulator } from './scratch-emulator';

const REGION = 'sa-east-1';
const TableName = 'visits';

jest.setTimeout(60_000);

let emulator: ScratchEmulator;
let dynamoDb: DynamoDBClient;

beforeAll(async () => {
  emulator = await startScratchEmulator();
  dynamoDb = new DynamoDBClient(emulator.in(REGION));
  await dynamoDb.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
});
afterAll(() => emulator.stop());

const item = (pk: string) => ({ TableName, Item: { pk: { S: pk } } });
const writeTogether = (...keys: readonly string[]) =>
  dynamoDb.send(new TransactWriteItemsCommand({ TransactItems: keys.map((pk) => ({ Put: item(pk) })) }));

test('a partition that is too busy refuses writes, alone and in transactions, until it is not any more', async () => {
  await emulator.control.putThrottling(REGION, ['visit/1']);

  await expect(dynamoDb.send(new PutItemCommand(item('position/visit/1')))).rejects.toThrow(
    /exceeds the current capacity/,
  );
  await expect(writeTogether('visit/2', 'visit/1')).rejects.toMatchObject({
    name: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'None' }, { Code: 'ThrottlingError' }],
  });
  await expect(writeTogether('visit/3')).resolves.toBeDefined();
  const { Item } = await dynamoDb.send(new GetItemCommand({ TableName, Key: { pk: { S: 'visit/2' } } }));
  expect(Item).toBeUndefined();
  const { throttling } = await emulator.control.status();
  expect(throttling[REGION]).toEqual({ keys: ['visit/1'], refused: 2 });

  await emulator.control.putThrottling(REGION, []);
  await expect(writeTogether('visit/1')).resolves.toBeDefined();
});
