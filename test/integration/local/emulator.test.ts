import { randomUUID } from 'node:crypto';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  type GetFunctionConfigurationCommandOutput,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { DeployedSystem, type DrilledFunction } from '../../../drills/harness/deployed-system';
import { zip } from '../../../drills/harness/zip';
import { ensureCloud, type LocalCloud } from '../../../local/cloud';
import { clientConfig } from '../../../local/deployment/aws-clients';

jest.setTimeout(120_000);

let cloud: LocalCloud;
let lambda: LambdaClient;

beforeAll(async () => {
  cloud = await ensureCloud();
  lambda = new LambdaClient(clientConfig(cloud));
});

/** The deployed function `<context>/<verb-noun>`. */
const deployed = async (entry: DrilledFunction): Promise<GetFunctionConfigurationCommandOutput> => {
  const { endpoint, region, stackPrefix, outputs, apiUrl } = cloud;
  const token = (): Promise<string> => cloud.token();
  const system = new DeployedSystem({ target: 'local', endpoint, region, stackPrefix, outputs, apiUrl, token });
  return lambda.send(new GetFunctionConfigurationCommand({ FunctionName: await system.functionName(entry) }));
};
const roleOf = async (entry: DrilledFunction): Promise<string> => (await deployed(entry)).Role ?? '';

describe('least privilege', () => {
  test('who is nobody may do nothing', async () => {
    const stranger = { ...clientConfig(cloud), credentials: { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'guess' } };
    const dynamoDb = new DynamoDBClient({ ...stranger, maxAttempts: 1 });
    const put = new PutItemCommand({
      TableName: cloud.outputs.get('OrderingData', 'TableName'),
      Item: { pk: { S: 'x' }, sk: { S: 'x' } },
    });

    await expect(dynamoDb.send(put)).rejects.toThrow(/token|denied|authorized|invalid/i);
  });

  test('a function of one context cannot write to the table of another', async () => {
    const sts = new STSClient(clientConfig(cloud));
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: await roleOf('inventory/reserve-stock'), RoleSessionName: 'test' }),
    );
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    const dynamoDb = new DynamoDBClient({ ...clientConfig(cloud), credentials });
    const item = { pk: { S: `test/${randomUUID()}` }, sk: { S: 'ENTITY' } };
    const putInto = (stack: string) =>
      dynamoDb.send(new PutItemCommand({ TableName: cloud.outputs.get(stack, 'TableName'), Item: item }));

    await expect(putInto('PaymentsData')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(putInto('InventoryData')).resolves.toBeDefined();
  });
});

test('a function makes no log group and writes to none for which its role has no right', async () => {
  const FunctionName = `log-test-${randomUUID()}`;
  const logGroupName = `/aws/lambda/${FunctionName}`;
  const logs = new CloudWatchLogsClient(clientConfig(cloud));
  // The role is that of a deployed function, and may write to the group of that one.
  const { LoggingConfig, Role } = await deployed('inventory/reserve-stock');
  const logged = async () => {
    const { events = [] } = await logs.send(
      new FilterLogEventsCommand({ logGroupName: LoggingConfig?.LogGroup, filterPattern: `"${FunctionName}"` }),
    );
    return events.length;
  };
  const groups = async () =>
    (await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }))).logGroups;
  const Code = {
    ZipFile: zip([
      { name: 'index.js', content: Buffer.from(`exports.handler = async () => console.log('${FunctionName}');`) },
    ]),
  };
  const definition = { FunctionName, Runtime: 'nodejs24.x', Handler: 'index.handler', Role, Code } as const;
  await lambda.send(new CreateFunctionCommand(definition));
  try {
    await lambda.send(new InvokeCommand({ FunctionName }));
    expect(await groups()).toEqual([]);

    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await lambda.send(new InvokeCommand({ FunctionName }));
    const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName }));
    expect(logStreams).toEqual([]);

    expect(await logged()).toBe(0);
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, LoggingConfig }));
    await lambda.send(new InvokeCommand({ FunctionName }));
    expect(await logged()).toBeGreaterThan(0);
  } finally {
    await lambda.send(new DeleteFunctionCommand({ FunctionName }));
    await logs.send(new DeleteLogGroupCommand({ logGroupName }));
  }
});

describe('a stream that feeds a function', () => {
  const name = `stream-test-${randomUUID()}`;
  const code = `exports.handler = async ({ Records }) => ({
    batchItemFailures: Records.filter(({ dynamodb }) => dynamodb.NewImage.poison)
      .map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })),
  });`;
  const dynamoDb = (): DynamoDBClient => new DynamoDBClient(clientConfig(cloud));
  const sqs = (): SQSClient => new SQSClient(clientConfig(cloud));
  let QueueUrl: string | undefined;
  let UUID: string | undefined;

  beforeAll(async () => {
    const { TableDescription } = await dynamoDb().send(
      new CreateTableCommand({
        TableName: name,
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    );
    ({ QueueUrl } = await sqs().send(new CreateQueueCommand({ QueueName: name })));
    const { Attributes } = await sqs().send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: await roleOf('inventory/reserve-stock'),
        Code: { ZipFile: zip([{ name: 'index.js', content: Buffer.from(code) }]) },
      }),
    );
    ({ UUID } = await lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: name,
        EventSourceArn: TableDescription?.LatestStreamArn,
        StartingPosition: 'TRIM_HORIZON',
        MaximumRetryAttempts: 1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        DestinationConfig: { OnFailure: { Destination: Attributes?.QueueArn } },
      }),
    ));
  });

  afterAll(async () => {
    await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
    await lambda.send(new DeleteFunctionCommand({ FunctionName: name }));
    await dynamoDb().send(new DeleteTableCommand({ TableName: name }));
    await sqs().send(new DeleteQueueCommand({ QueueUrl }));
  });

  const put = (pk: string, poison = false) =>
    dynamoDb().send(
      new PutItemCommand({ TableName: name, Item: { pk: { S: pk }, ...(poison && { poison: { BOOL: true } }) } }),
    );

  const nextFailure = async (): Promise<unknown> => {
    const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 });
    const { Messages = [] } = await sqs().send(receive);
    return JSON.parse(Messages[0]?.Body ?? 'null');
  };

  test('tries what a function reports as failed again, hands it on when the tries are used up, and goes on behind it', async () => {
    await put('good');
    await put('poison-1', true);

    expect(await nextFailure()).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted' },
      DDBStreamBatchInfo: { batchSize: 1 },
    });

    await put('poison-2', true);

    expect(await nextFailure()).toMatchObject({ DDBStreamBatchInfo: { batchSize: 1 } });
  });
});
