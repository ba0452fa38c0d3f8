import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  MergeShardsCommand,
  PutRecordsCommand,
  type Shard,
  SplitShardCommand,
  UpdateShardCountCommand,
} from '@aws-sdk/client-kinesis';
import { CreateEventSourceMappingCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { eventually } from '../eventually';
import { deployScratch, functionTemplate } from './deploy-scratch';
import { type ScratchEmulator, startScratchEmulator } from './scratch-emulator';

const REGION = 'sa-east-1';
const LANES = 4;

jest.setTimeout(120_000);

/** What a record tells the function, beside its place in the order of its key. */
interface Told {
  readonly n: number;
  /** `once`: reported as failed the first time; `throws`: always; `dies`: kills the worker, the first time. */
  readonly trouble?: 'once' | 'throws' | 'dies';
  /** It is not through before this key has been seen. */
  readonly waitsFor?: string;
}

/** Appends each record's number to its key's list, and gets into the trouble it is told to get into. */
const code = `
  const { DynamoDBClient, GetItemCommand, UpdateItemCommand } = require('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient({});
  const place = (key) => ({ TableName: process.env.TABLE, Key: { pk: { S: key } } });
  exports.handler = async ({ Records }) => {
    for (const { kinesis: { data, partitionKey, sequenceNumber } } of Records) {
      const { n, trouble, waitsFor } = JSON.parse(Buffer.from(data, 'base64').toString());
      if (trouble === 'throws') throw new Error('as told');
      while (waitsFor && !(await client.send(new GetItemCommand(place(waitsFor)))).Item) {}
      const { Attributes } = await client.send(new UpdateItemCommand({
        ...place(partitionKey),
        UpdateExpression: 'SET seen = list_append(if_not_exists(seen, :none), :number)',
        ExpressionAttributeValues: { ':none': { L: [] }, ':number': { L: [{ N: String(n) }] } },
        ReturnValues: 'ALL_NEW',
      }));
      const isFirst = Attributes.seen.L.filter(({ N }) => N === String(n)).length === 1;
      if (trouble === 'dies' && isFirst) process.kill(process.pid, 'SIGKILL');
      if (trouble === 'once' && isFirst) return { batchItemFailures: [{ itemIdentifier: sequenceNumber }] };
    }
    return { batchItemFailures: [] };
  };`;

const mapped = (name: string, ShardCount: number, mapping: object = {}) => ({
  [name]: { Type: 'AWS::Kinesis::Stream', Properties: { ShardCount } },
  [`${name}Mapping`]: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': [name, 'Arn'] },
      FunctionName: { Ref: 'Function' },
      StartingPosition: 'TRIM_HORIZON',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BatchSize: 10,
      ...mapping,
    },
  },
});

const onFailure = (destination: string) => ({
  BisectBatchOnFunctionError: true,
  MaximumRetryAttempts: 1,
  DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [destination, 'Arn'] } } },
});

const template = () => {
  const whole = functionTemplate(
    code,
    {
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          BillingMode: 'PAY_PER_REQUEST',
        },
      },
      Bucket: { Type: 'AWS::S3::Bucket' },
      Queue: { Type: 'AWS::SQS::Queue' },
      ...mapped('Partial', 1),
      ...mapped('ToBucket', 1, onFailure('Bucket')),
      ...mapped('ToQueue', 1, onFailure('Queue')),
      ...mapped('Resharded', 2),
      ...mapped('Parallel', 1, { ParallelizationFactor: LANES }),
      Closed: { Type: 'AWS::Kinesis::Stream', Properties: { ShardCount: 2 } },
      Delivered: { Type: 'AWS::Kinesis::Stream', Properties: { ShardCount: 1 } },
      Delivery: {
        Type: 'AWS::KinesisFirehose::DeliveryStream',
        Properties: {
          DeliveryStreamType: 'KinesisStreamAsSource',
          KinesisStreamSourceConfiguration: {
            KinesisStreamARN: { 'Fn::GetAtt': ['Delivered', 'Arn'] },
            RoleARN: { 'Fn::GetAtt': ['Role', 'Arn'] },
          },
          ExtendedS3DestinationConfiguration: {
            BucketARN: { 'Fn::GetAtt': ['Bucket', 'Arn'] },
            RoleARN: { 'Fn::GetAtt': ['Role', 'Arn'] },
            Prefix: 'delivered/',
            CompressionFormat: 'GZIP',
            BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 1 },
          },
        },
      },
      Bare: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
          },
        },
      },
      Stranger: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Role: { 'Fn::GetAtt': ['Bare', 'Arn'] },
          Code: { ZipFile: code },
        },
      },
    },
    Object.fromEntries(
      ['Table', 'Bucket', 'Queue', 'Partial', 'ToBucket', 'ToQueue', 'Resharded', 'Parallel', 'Closed', 'Delivered']
        .concat('Stranger')
        .map((Ref) => [Ref, { Ref }])
        .concat([['ClosedArn', { 'Fn::GetAtt': ['Closed', 'Arn'] }]] as never),
    ),
  );
  const { Function: handler } = whole.Resources;
  Object.assign(handler.Properties, { Environment: { Variables: { TABLE: { Ref: 'Table' } } } });
  return whole;
};

let emulator: ScratchEmulator;
let outputs: ReadonlyMap<string, string>;
let kinesis: KinesisClient;
let dynamoDb: DynamoDBClient;
let s3: S3Client;

beforeAll(async () => {
  emulator = await startScratchEmulator();
  outputs = await deployScratch(emulator, REGION, 'kinesis', template());
  kinesis = new KinesisClient({ ...emulator.in(REGION), requestHandler: new NodeHttpHandler() });
  dynamoDb = new DynamoDBClient(emulator.in(REGION));
  s3 = new S3Client({ ...emulator.in(REGION), forcePathStyle: true });
});
afterAll(() => emulator.stop());

const out = (name: string): string => outputs.get(name) ?? '';

const put = (stream: string, ...records: readonly (Told & { readonly key: string })[]) =>
  kinesis.send(
    new PutRecordsCommand({
      StreamName: out(stream),
      Records: records.map(({ key, ...told }) => ({ PartitionKey: key, Data: Buffer.from(JSON.stringify(told)) })),
    }),
  );

const seen = async (key: string): Promise<readonly number[]> => {
  const { Item } = await dynamoDb.send(new GetItemCommand({ TableName: out('Table'), Key: { pk: { S: key } } }));
  return (Item?.['seen']?.L ?? []).map(({ N }) => Number(N));
};

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n + 1);
const shardsOf = async (stream: string): Promise<readonly Shard[]> =>
  (await kinesis.send(new ListShardsCommand({ StreamName: out(stream) }))).Shards ?? [];
const isOpen = ({ SequenceNumberRange }: Shard): boolean => SequenceNumberRange?.EndingSequenceNumber === undefined;

const objectsUnder = async (Prefix: string) =>
  (await s3.send(new ListObjectsV2Command({ Bucket: out('Bucket'), Prefix }))).Contents ?? [];
const contentOf = async (Key = ''): Promise<Buffer> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: out('Bucket'), Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};

test('a batch is tried again from the first record that the function reports as failed', async () => {
  const numbers = upTo(6);

  await put('Partial', ...numbers.map((n) => ({ key: 'partial', n, ...(n === 3 && ({ trouble: 'once' } as const)) })));

  expect(
    await eventually(
      () => seen('partial'),
      (found) => found.includes(6),
    ),
  ).toEqual([1, 2, 3, 3, 4, 5, 6]);
});

test('a function that is killed has failed: its batch comes again', async () => {
  await put('Partial', { key: 'killed', n: 1 }, { key: 'killed', n: 2, trouble: 'dies' }, { key: 'killed', n: 3 });

  expect(
    await eventually(
      () => seen('killed'),
      (found) => found.includes(3),
    ),
  ).toEqual([1, 2, 1, 2, 3]);
});

test('halving a batch finds the record that no function can process, and the bucket is given it alone', async () => {
  const numbers = upTo(8);
  await put(
    'ToBucket',
    ...numbers.map((n) => ({ key: 'bucket', n, ...(n === 6 && ({ trouble: 'throws' } as const)) })),
  );

  const found = await eventually(
    () => seen('bucket'),
    (list) => list.includes(8),
  );
  const [object] = await eventually(
    () => objectsUnder('aws/lambda/'),
    (list) => list.length > 0,
  );
  const record = JSON.parse((await contentOf(object?.Key)).toString()) as {
    readonly payload: string;
    readonly KinesisBatchInfo: object;
  };
  const { Records } = JSON.parse(record.payload) as { readonly Records: readonly { kinesis: { data: string } }[] };

  expect([...new Set(found)]).toEqual([1, 2, 3, 4, 5, 7, 8]);
  expect(object?.Key).toMatch(
    /^aws\/lambda\/[0-9a-f-]{36}\/shardId-0{12}\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
  );
  expect(record).toMatchObject({
    version: '1.0',
    requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
    responseContext: { functionError: 'Unhandled' },
    KinesisBatchInfo: { shardId: 'shardId-000000000000', batchSize: 1 },
  });
  expect(Records.map(({ kinesis: { data } }) => JSON.parse(Buffer.from(data, 'base64').toString()) as unknown)).toEqual(
    [{ n: 6, trouble: 'throws' }],
  );
});

test('a queue is told which records were given up, and not given them', async () => {
  await put('ToQueue', { key: 'queue', n: 1, trouble: 'throws' });

  const sqs = new SQSClient(emulator.in(REGION));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: out('Queue'), WaitTimeSeconds: 20 }));
  const told = JSON.parse(Messages?.[0]?.Body ?? '{}') as object;

  expect(told).toMatchObject({ KinesisBatchInfo: { batchSize: 1 } });
  expect(told).not.toHaveProperty('payload');
});

test('nothing is lost and every key keeps its order while shards are split and merged under the producer', async () => {
  const keys = upTo(8).map((index) => `resharded-${index}`);
  const rounds = upTo(60);
  const halfOf = ({ HashKeyRange }: Shard): string =>
    ((BigInt(HashKeyRange?.StartingHashKey ?? 0) + BigInt(HashKeyRange?.EndingHashKey ?? 0)) / 2n).toString();

  for (const n of rounds) {
    await put('Resharded', ...keys.map((key) => ({ key, n })));
    const [first, second] = (await shardsOf('Resharded')).filter(isOpen);
    if (n === 20 && first) {
      const NewStartingHashKey = halfOf(first);
      await kinesis.send(
        new SplitShardCommand({ StreamName: out('Resharded'), ShardToSplit: first.ShardId, NewStartingHashKey }),
      );
    }
    if (n === 40 && first && second) {
      // The untouched shard lies beside the upper half of the one that was split.
      const open = (await shardsOf('Resharded')).filter(isOpen);
      const upper = open.find(
        ({ HashKeyRange }) => HashKeyRange?.StartingHashKey !== '0' && HashKeyRange !== first.HashKeyRange,
      );
      const neighbour = open.find(
        ({ HashKeyRange }) =>
          BigInt(HashKeyRange?.StartingHashKey ?? 0) === BigInt(upper?.HashKeyRange?.EndingHashKey ?? 0) + 1n ||
          BigInt(HashKeyRange?.EndingHashKey ?? 0) + 1n === BigInt(upper?.HashKeyRange?.StartingHashKey ?? 0),
      );
      await kinesis.send(
        new MergeShardsCommand({
          StreamName: out('Resharded'),
          ShardToMerge: upper?.ShardId,
          AdjacentShardToMerge: neighbour?.ShardId,
        }),
      );
    }
  }

  const lists = await eventually(
    () => Promise.all(keys.map(seen)),
    (found) => found.every((list) => list.includes(rounds.length)),
  );
  expect(lists).toEqual(keys.map(() => rounds));
  expect((await shardsOf('Resharded')).filter(isOpen)).toHaveLength(2);
  expect(await shardsOf('Resharded')).toHaveLength(5);
});

test('with a parallelization factor lanes wait for each other and no key loses its order', async () => {
  const laneOf = (key: string): bigint => BigInt(`0x${createHash('md5').update(key).digest('hex')}`) % BigInt(LANES);
  const keys = upTo(12).map((index) => `parallel-${index}`);
  const rounds = upTo(25);
  const waiter = keys[0] ?? '';
  const waitsFor = keys.find((key) => laneOf(key) !== laneOf(waiter));

  await put('Parallel', { key: waiter, n: 0, waitsFor });
  for (const n of rounds) await put('Parallel', ...keys.map((key) => ({ key, n })));

  const lists = await eventually(
    () => Promise.all(keys.map(seen)),
    (found) => found.every((list) => list.includes(rounds.length)),
  );
  expect(lists).toEqual(keys.map((key) => (key === waiter ? [0, ...rounds] : rounds)));
});

test('a closed shard is read to its end, and its reader is told the children', async () => {
  await put('Closed', ...upTo(20).map((n) => ({ key: `closed-${n}`, n })));
  const StreamName = out('Closed');

  await kinesis.send(new UpdateShardCountCommand({ StreamName, TargetShardCount: 1, ScalingType: 'UNIFORM_SCALING' }));
  await put('Closed', ...upTo(20).map((n) => ({ key: `closed-${n}`, n })));

  const [first, second, child] = await shardsOf('Closed');
  expect([first, second, child].map((shard) => shard && isOpen(shard))).toEqual([false, false, true]);
  expect([child?.ParentShardId, child?.AdjacentParentShardId]).toEqual([first?.ShardId, second?.ShardId]);
  let read = 0;
  for (const ShardId of [first?.ShardId, second?.ShardId]) {
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const part = await kinesis.send(new GetRecordsCommand({ ShardIterator, Limit: 1 }));
    const rest = await kinesis.send(new GetRecordsCommand({ ShardIterator: part.NextShardIterator }));
    read += (part.Records?.length ?? 0) + (rest.Records?.length ?? 0);
    expect(rest.NextShardIterator).toBeUndefined();
    expect(rest.ChildShards?.map(({ ShardId: id }) => id)).toEqual([child?.ShardId]);
  }
  expect(read).toBe(20);
  const latest = { StreamName, ShardFilter: { Type: 'AT_LATEST' as const } };
  const { Shards } = await kinesis.send(new ListShardsCommand(latest));
  expect(Shards?.map(({ ShardId }) => ShardId)).toEqual([child?.ShardId]);
});

test('the age of the records that a function is given is measured', async () => {
  const cloudWatch = new CloudWatchClient(emulator.in(REGION));
  await put('Partial', { key: 'measured', n: 1 });
  await eventually(
    () => seen('measured'),
    (list) => list.length > 0,
  );

  const { Datapoints } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/Lambda',
      MetricName: 'IteratorAge',
      Dimensions: [{ Name: 'FunctionName', Value: out('Function') }],
      StartTime: new Date(Date.now() - 600_000),
      EndTime: new Date(Date.now() + 60_000),
      Period: 3600,
      Statistics: ['SampleCount'],
    }),
  );
  expect(Datapoints?.[0]?.SampleCount).toBeGreaterThan(0);
});

test('a function whose role may not read a stream is not fed from it', async () => {
  const lambda = new LambdaClient(emulator.in(REGION));
  const mapping = {
    FunctionName: out('Stranger'),
    EventSourceArn: out('ClosedArn'),
    StartingPosition: 'LATEST',
  } as const;

  await expect(lambda.send(new CreateEventSourceMappingCommand(mapping))).rejects.toThrow(
    /^Cannot access stream .* kinesis:GetRecords action$/,
  );
});

test('what a delivery stream takes from a stream is one compressed object, in order', async () => {
  await put('Delivered', ...upTo(30).map((n) => ({ key: 'delivered', n })));

  const [object, ...others] = await eventually(
    () => objectsUnder('delivered/'),
    (list) => list.length > 0,
  );

  expect(others).toEqual([]);
  expect(object?.Key).toMatch(/\.gz$/);
  expect(gunzipSync(await contentOf(object?.Key)).toString()).toBe(
    upTo(30)
      .map((n) => JSON.stringify({ n }))
      .join(''),
  );
});
