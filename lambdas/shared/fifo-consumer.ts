import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { FifoConsumerOptions } from './fifo-consumer-options';
import { FifoDelivery } from './fifo-delivery';
import { fifoGroups, runFifoGroups } from './fifo-groups';
import { logger } from './logger';
import { MessageReader } from './message-reader';
import { answerOperator, isOperatorRequest, type OperatorAnswer, type OperatorRequest } from './operator-request';
import type { ParkedMessage } from './parking.port';
import { receiveCountOf } from './receive-count';
import { RegionFencedError } from './region-gate.errors';
import { refusalOf } from './region-refusal';
import { pauseSeconds } from './retry-pause.contract';
import { separateReturns } from './separate-returns';

/** What Lambda hands such a function, and what the function answers. */
export type FifoConsumerHandler = (
  event: SQSEvent | OperatorRequest,
  context: Pick<Context, 'invokedFunctionArn' | 'getRemainingTimeInMillis'>,
) => Promise<SQSBatchResponse | OperatorAnswer>;

const alwaysOpen = { assertActive: async () => undefined };

/** First pause of messages in a region that may not write, in seconds. */
const FENCED_PAUSE_SECONDS = 20;
/** Its longest, in seconds. */
const MAX_FENCED_PAUSE_SECONDS = 900;

// A fence lasts longer than a failure, and the queue counts deliveries: pauses that did not grow would dead-letter messages within the hour.
const pauseAfter = (receiveCount: number, error: unknown): number =>
  error instanceof RegionFencedError
    ? Math.min(FENCED_PAUSE_SECONDS * receiveCount, MAX_FENCED_PAUSE_SECONDS)
    : pauseSeconds(receiveCount);

/**
 * Lambda handler of an SQS FIFO queue. Groups run concurrently, each strictly in order; at a failure the rest of the group
 * comes back after 1, 2, 4 … seconds. A message that cannot be read, that fails after it was handed out often enough, or that
 * keeps killing its worker is parked with its group: kept in order, acknowledged, never dropped. None is parked for having
 * waited, or for being handed out to workers that never tried it. Also takes `{ redriveCase }` to handle a parked group again,
 * and `{ discardMessage }` to give up its first message.
 * A region that may not write handles nothing and parks nothing; what another region has taken over is acknowledged.
 */
export const fifoConsumer = (options: FifoConsumerOptions): FifoConsumerHandler => {
  const { consumer, parking, visibility, attempts, gate = alwaysOpen, log = logger() } = options;
  const reader = new MessageReader(consumer, options.accepts, log);
  const deliveryOptions = { ...options, log };

  /** Best effort: without it messages come back when their queue says. */
  const postpone = async (receiptHandles: readonly string[], seconds: number): Promise<void> => {
    try {
      await visibility.postpone(receiptHandles, seconds);
    } catch (error) {
      log.warn('visibility not changed', { consumer, messages: receiptHandles.length, error });
    }
  };

  return async (event, context) => {
    if (isOperatorRequest(event)) {
      const handleAgain = async ({ body }: ParkedMessage): Promise<void> => {
        await gate.assertActive();
        await reader.handle(reader.read(body, 1));
      };
      return answerOperator({ consumer, parking, handleAgain, log }, event, context);
    }
    const groups = fifoGroups(event.Records);
    const refusal = await refusalOf(gate);
    const open = new Map(refusal ? [] : await parking.openFor([...groups.keys()]));
    const delivery = new FifoDelivery(deliveryOptions, reader, open, context.invokedFunctionArn);
    const groupFailed = async (left: readonly SQSRecord[], error: unknown): Promise<void> => {
      const first = left[0];
      if (first === undefined) return;
      delivery.logFailure(first, error);
      // The whole group together: SQS hands out nothing of a group while one message of it is invisible.
      const receiptHandles = left.map(({ receiptHandle }) => receiptHandle);
      await postpone(receiptHandles, pauseAfter(receiveCountOf(first), error));
    };
    if (refusal) return { batchItemFailures: await runFifoGroups(groups, () => Promise.reject(refusal), groupFailed) };
    const apart = separateReturns(groups, attempts, context.getRemainingTimeInMillis());
    await Promise.all(apart.map(({ receiptHandles, seconds }) => postpone(receiptHandles, seconds)));
    return { batchItemFailures: await runFifoGroups(groups, delivery.run, groupFailed) };
  };
};
