import { gunzipSync } from 'node:zlib';
import { CloudWatchClient, paginateListMetrics } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb';
import {
  GetBucketLocationCommand,
  GetObjectCommand,
  ListBucketsCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  paginateListStateMachines,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { paginateListQueues, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { clientConfig, type Place } from '../../local/deployment/aws-clients';

/** A text that was found, and where. */
export interface Planted {
  /** For example `table tenfold-local-ordering, order/…`. */
  readonly where: string;
  readonly text: string;
}

/** Everything that can be read in a value; bytes as the text that they would be, unpacked when they are packed. */
const readable = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (ArrayBuffer.isView(value)) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  }
  if (value instanceof Set || Array.isArray(value)) return [...value].map(readable).join('\n');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([key, member]) => `${key} ${readable(member)}`)
      .join('\n');
  return String(value);
};

type Found = AsyncGenerator<readonly [where: string, text: string]>;

async function* tables(place: Place): Found {
  const client = new DynamoDBClient(clientConfig(place));
  const documents = DynamoDBDocumentClient.from(client);
  for await (const { TableNames = [] } of paginateListTables({ client }, {}))
    for (const TableName of TableNames)
      for await (const { Items = [] } of paginateScan({ client: documents }, { TableName }))
        for (const item of Items) yield [`table ${TableName}, ${String(item['pk'])}`, readable(item)];
}

async function* logs(place: Place): Found {
  const client = new CloudWatchLogsClient(clientConfig(place));
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {}))
    for (const { logGroupName } of logGroups)
      for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName }))
        yield [`log group ${logGroupName}`, events.map(({ message }) => message).join('\n')];
}

/** So long a dead letter is away from everybody else who looks for it. */
const HIDDEN_SECONDS = 5;

/** Only dead letters: to receive from another queue is to be one of its consumers. Of a group of a FIFO queue only the first ten. */
async function* deadLetters(place: Place): Found {
  const client = new SQSClient(clientConfig(place));
  for await (const { QueueUrls = [] } of paginateListQueues({ client }, {}))
    for (const QueueUrl of QueueUrls.filter((url) => url.includes('DeadLetters')))
      for (;;) {
        const receive = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: HIDDEN_SECONDS };
        const { Messages = [] } = await client.send(new ReceiveMessageCommand(receive));
        yield [`queue ${QueueUrl}`, readable(Messages)];
        if (Messages.length === 0) break;
      }
}

async function* executions(place: Place): Found {
  const client = new SFNClient(clientConfig(place));
  for await (const { stateMachines = [] } of paginateListStateMachines({ client }, {}))
    for (const { stateMachineArn } of stateMachines)
      for await (const { executions: some = [] } of paginateListExecutions({ client }, { stateMachineArn }))
        for (const { executionArn } of some) {
          const { input, output } = await client.send(new DescribeExecutionCommand({ executionArn }));
          yield [`execution ${executionArn}`, readable([input, output])];
          for await (const { events = [] } of paginateGetExecutionHistory({ client }, { executionArn }))
            yield [`history of ${executionArn}`, readable(events)];
        }
}

async function* metrics(place: Place): Found {
  const client = new CloudWatchClient(clientConfig(place));
  for await (const { Metrics = [] } of paginateListMetrics({ client }, {})) yield ['metrics', readable(Metrics)];
}

/** Buckets are named once for all regions. */
async function* objects(place: Place): Found {
  const clientIn = (region: string) => new S3Client({ ...clientConfig({ ...place, region }), forcePathStyle: true });
  const any = clientIn(place.region);
  const { Buckets = [] } = await any.send(new ListBucketsCommand({}));
  for (const { Name: Bucket } of Buckets) {
    // The oldest region of all says nothing.
    const { LocationConstraint = 'us-east-1' } = await any.send(new GetBucketLocationCommand({ Bucket }));
    const client = clientIn(LocationConstraint);
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket }))
      for (const { Key } of Contents.filter(({ Size = 0 }) => Size < 1_000_000)) {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
        yield [`object ${Bucket}/${Key}`, readable(await Body?.transformToByteArray())];
      }
  }
}

/**
 * Looks for texts in everything that a deployment stores or writes: tables, logs, dead letters, executions, metrics, objects.
 * @returns what was found, and how many places were looked at
 */
export const findPlanted = async (
  regions: readonly Place[],
  texts: readonly string[],
): Promise<{ readonly found: readonly Planted[]; readonly places: number }> => {
  const found: Planted[] = [];
  let places = 0;
  const look = async (all: Found): Promise<void> => {
    for await (const [where, text] of all) {
      places += 1;
      found.push(...texts.filter((planted) => text.includes(planted)).map((planted) => ({ where, text: planted })));
    }
  };
  for (const region of regions)
    for (const source of [tables, logs, deadLetters, executions, metrics]) await look(source(region));
  const [first] = regions;
  if (first !== undefined) await look(objects(first));
  return { found, places };
};
