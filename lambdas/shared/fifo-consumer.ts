import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { FifoConsumerOptions } from './fifo-consumer-options';
import { FifoDelivery } from './fifo-delivery';
import { fifoGroups, runFifoGroups } from './fifo-groups';
import { logger } from './logger';
import { MessageReader } from './message-reader';
import type { ParkedMessage } from './parking.port';
import { isRedriveRequest, type RedriveRequest, type RedriveResult, redrive } from './redrive';
import { RegionFencedError } from './region-gate.errors';
import { refusalOf } from './region-refusal';

/** What Lambda hands such a function, and what the function answers. */
export type FifoConsumerHandler = (
  event: SQSEvent | RedriveRequest,
  context: Pick<Context, 'invokedFunctionArn' | 'getRemainingTimeInMillis'>,
) => Promise<SQSBatchResponse | RedriveResult>;

/** Longest pause between two tries, in seconds. */
const MAX_PAUSE_SECONDS = 900;
/** A redrive takes no further message when less than this is left of the invocation, in milliseconds. */
const REDRIVE_RESERVE_MS = 5_000;

const alwaysOpen = { assertActive: async () => undefined };

/** First pause of messages in a region that may not write, in seconds. */
const FENCED_PAUSE_SECONDS = 60;

// A fence lasts longer than a failure, and the queue counts deliveries: pauses that did not grow would dead-letter messages within the hour.
const pauseSeconds = (receiveCount: number, error: unknown): number => {
  const pause = error instanceof RegionFencedError ? FENCED_PAUSE_SECONDS * receiveCount : 2 ** (receiveCount - 1);
  return Math.min(pause, MAX_PAUSE_SECONDS);
};

/**
 * Lambda handler of an SQS FIFO queue. Groups run concurrently, each strictly in order; at a failure the rest of the group
 * comes back after 1, 2, 4 … seconds. What cannot be read, or has been tried often enough, is parked with its group: kept
 * in order, acknowledged, never dropped. Also takes `{ redriveCase }` to handle a parked group again.
 * A region that may not write handles nothing and parks nothing; what another region has taken over is acknowledged.
 */
export const fifoConsumer = (options: FifoConsumerOptions): FifoConsumerHandler => {
  const { consumer, parking, visibility, gate = alwaysOpen, log = logger() } = options;
  const reader = new MessageReader(consumer, options.accepts, log);

  const groupFailed = async (left: readonly SQSRecord[], error: unknown): Promise<void> => {
    const first = left[0];
    if (first === undefined) return;
    const receiveCount = Number(first.attributes.ApproximateReceiveCount);
    const about = reader.tryRead(first.body, receiveCount);
    const { type, subject, correlationid: correlationId } = about ?? {};
    log.warn('message failed', {
      consumer,
      messageId: first.messageId,
      type,
      subject,
      correlationId,
      receiveCount,
      error,
    });
    try {
      // The whole group together: SQS hands out nothing of a group while one message of it is invisible.
      const handles = left.map(({ receiptHandle }) => receiptHandle);
      await visibility.postpone(handles, pauseSeconds(receiveCount, error));
    } catch (cause) {
      log.warn('visibility not changed', { consumer, messageId: first.messageId, error: cause });
    }
  };

  return async (event, context) => {
    if (isRedriveRequest(event)) {
      const handleAgain = async ({ body }: ParkedMessage): Promise<void> => {
        await gate.assertActive();
        await reader.handle(reader.read(body, 1));
      };
      const hasTime = () => context.getRemainingTimeInMillis() > REDRIVE_RESERVE_MS;
      const result = await redrive(parking, event.redriveCase, handleAgain, hasTime);
      log.info('case re-driven', { consumer, ...result });
      return result;
    }
    const groups = fifoGroups(event.Records);
    const refusal = await refusalOf(gate);
    if (refusal) return { batchItemFailures: await runFifoGroups(groups, () => Promise.reject(refusal), groupFailed) };
    const open = await parking.openFor([...groups.keys()]);
    const delivery = new FifoDelivery({ ...options, log }, reader, new Map(open), context.invokedFunctionArn);
    return { batchItemFailures: await runFifoGroups(groups, delivery.run, groupFailed) };
  };
};
