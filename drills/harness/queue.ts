import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { inParallel } from '../../local/in-parallel';
import type { Restore } from './drill';

/** A message for a FIFO queue. */
export interface FifoMessage {
  readonly group: string;
  readonly deduplicationId: string;
  readonly body: string;
}

/** Messages of a queue that are not acknowledged yet; approximate on AWS. */
export interface QueueDepth {
  readonly waiting: number;
  readonly inFlight: number;
}

/** A queue could not do what a drill asked. */
export class QueueError extends Error {
  override readonly name = 'QueueError';
}

const BATCH = 10;

/**
 * Sends messages in batches of ten, in the order given.
 * @param onSent called with the number of messages sent so far
 * @throws QueueError SQS refused a message
 */
export const sendInOrder = async (
  sqs: SQSClient,
  queueUrl: string,
  messages: readonly FifoMessage[],
  onSent: (count: number) => void,
): Promise<void> => {
  for (let start = 0; start < messages.length; start += BATCH) {
    const entries = messages.slice(start, start + BATCH).map(({ group, deduplicationId, body }, index) => ({
      Id: String(index),
      MessageGroupId: group,
      MessageDeduplicationId: deduplicationId,
      MessageBody: body,
    }));
    const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
    if (Failed.length > 0) throw new QueueError(`SQS refused ${Failed.length} messages: ${Failed[0]?.Message ?? ''}`);
    onSent(Math.min(start + BATCH, messages.length));
  }
};

const attributes = async (sqs: SQSClient, queueUrl: string): Promise<Record<string, string>> => {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
  );
  return Attributes;
};

/** How many messages a queue still has. */
export const depthOf = async (sqs: SQSClient, queueUrl: string): Promise<QueueDepth> => {
  const all = await attributes(sqs, queueUrl);
  return {
    waiting: Number(all['ApproximateNumberOfMessages'] ?? 0) + Number(all['ApproximateNumberOfMessagesDelayed'] ?? 0),
    inFlight: Number(all['ApproximateNumberOfMessagesNotVisible'] ?? 0),
  };
};

/**
 * Waits until the queues are empty, three looks in a row.
 * @throws QueueError they are not empty in time
 */
export const waitUntilDrained = async (
  sqs: SQSClient,
  queueUrls: readonly string[],
  options: {
    readonly timeoutSeconds: number;
    readonly onDepth: (depth: QueueDepth) => void;
    readonly now: () => number;
  },
): Promise<void> => {
  const { timeoutSeconds, onDepth, now } = options;
  const deadline = now() + timeoutSeconds * 1000;
  let empty = 0;
  while (empty < 3) {
    const depths = await inParallel(queueUrls, queueUrls.length, (queueUrl) => depthOf(sqs, queueUrl));
    const depth = {
      waiting: depths.reduce((sum, { waiting }) => sum + waiting, 0),
      inFlight: depths.reduce((sum, { inFlight }) => sum + inFlight, 0),
    };
    onDepth(depth);
    empty = depth.waiting + depth.inFlight === 0 ? empty + 1 : 0;
    if (now() > deadline)
      throw new QueueError(
        `not empty after ${timeoutSeconds} s: ${depth.waiting} messages waiting, ${depth.inFlight} in flight`,
      );
    await sleep(500);
  }
};

/** Shortens how long a queue hides a message from its other readers, so that a killed worker's batch comes back within a drill. */
export const shortenVisibility = async (sqs: SQSClient, queueUrl: string, seconds: number): Promise<Restore> => {
  const { VisibilityTimeout } = await attributes(sqs, queueUrl);
  const set = async (value: string): Promise<void> => {
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes: { VisibilityTimeout: value } }));
  };
  await set(String(seconds));
  return () => set(VisibilityTimeout ?? '30');
};
