import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Log } from './log.port';
import { logger } from './logger';
import { answerOperator, isOperatorRequest, type OperatorAnswer, type OperatorRequest } from './operator-request';
import type { ParkedMessage, Parking } from './parking.port';

/** An inserted item. */
export interface StreamRow {
  /** Names the record to its shard; not comparable across shards. */
  readonly sequenceNumber: string;
  /** The partition key is the entity whose order is kept. */
  readonly key: { readonly pk: string; readonly sk: string };
  /** Plain attribute values; empty when the item cannot be read. Binary values are base64. */
  readonly item: { readonly [attribute: string]: unknown };
}

/** What is done with rows, and with rows that were parked. */
export interface StreamConsumerOptions {
  /** Name in logs, for example `relay-outbox`. */
  readonly consumer: string;
  /** Handles rows in order per entity and answers the ones that must come again. */
  readonly handle: (rows: readonly StreamRow[], functionArn: string) => Promise<readonly StreamRow[]>;
  readonly handleAgain: (parked: ParkedMessage) => Promise<void>;
  readonly parking: Parking;
  /** @default the process's logger */
  readonly log?: Log;
}

/** What Lambda hands such a function, and what the function answers. */
export type StreamConsumerHandler = (
  event: DynamoDBStreamEvent | OperatorRequest,
  context: Pick<Context, 'invokedFunctionArn' | 'getRemainingTimeInMillis'>,
) => Promise<DynamoDBBatchResponse | OperatorAnswer>;

/** The SDK and the Lambda types name the same JSON differently. */
type Image = Record<string, AttributeValue>;

// The default refuses numbers beyond 2^53: one such item would stop the shard for everybody.
const readImage = (image: unknown) => unmarshall(image as Image, { wrapNumbers: Number });

const itemOf = (image: unknown): StreamRow['item'] => {
  try {
    return readImage(image);
  } catch {
    return {};
  }
};

const rowOf = ({ dynamodb }: DynamoDBRecord): StreamRow => {
  const { pk, sk } = readImage(dynamodb?.Keys ?? {});
  const key = { pk: String(pk), sk: String(sk) };
  return { sequenceNumber: dynamodb?.SequenceNumber ?? '', key, item: itemOf(dynamodb?.NewImage ?? {}) };
};

/**
 * Lambda handler of a DynamoDB stream: hands inserted items to `handle` and answers the first record that must come again.
 * Lambda checkpoints right before it, so everything behind it comes again as well: `handle` must bear repeats.
 * Also takes `{ redriveCase }` to handle a parked entity again, and `{ discardMessage }` to give up its first row.
 */
export const streamConsumer =
  ({ handle, log = logger(), ...desk }: StreamConsumerOptions): StreamConsumerHandler =>
  async (event, context) => {
    if (isOperatorRequest(event)) return answerOperator({ ...desk, log }, event, context);
    const rows = event.Records.filter(({ eventName }) => eventName === 'INSERT').map(rowOf);
    const failed = new Set(
      (await handle(rows, context.invokedFunctionArn)).map(({ sequenceNumber }) => sequenceNumber),
    );
    const first = rows.find(({ sequenceNumber }) => failed.has(sequenceNumber));
    return { batchItemFailures: first ? [{ itemIdentifier: first.sequenceNumber }] : [] };
  };
