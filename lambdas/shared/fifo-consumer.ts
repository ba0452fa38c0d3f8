import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { FifoConsumerOptions } from './fifo-consumer-options';
import { FifoDelivery } from './fifo-delivery';
import { fifoGroups, runFifoGroups } from './fifo-groups';
import { logger } from './logger';
import { MessageReader } from './message-reader';
import { answerOperator, isOperatorRequest, type OperatorAnswer, type OperatorRequest } from './operator-request';
import type { ParkedMessage } from './parking.port';
import { receiveCountOf } from './receive-count';
import { pauseSeconds } from './retry-pause.contract';
import { separateReturns } from './separate-returns';

/** What Lambda hands such a function, and what the function answers. */
export type FifoConsumerHandler = (
  event: SQSEvent | OperatorRequest,
  context: Pick<Context, 'invokedFunctionArn' | 'getRemainingTimeInMillis'>,
) => Promise<SQSBatchResponse | OperatorAnswer>;

/**
 * Lambda handler of an SQS FIFO queue. Groups run concurrently, each strictly in order; at a failure the rest of the group
 * comes back after 1, 2, 4 … seconds. A message that cannot be read, that fails after it was handed out often enough, or that
 * keeps killing its worker is parked with its group: kept in order, acknowledged, never dropped. None is parked for having
 * waited, or for being handed out to workers that never tried it. Also takes `{ redriveCase }` to handle a parked group again,
 * and `{ discardMessage }` to give up its first message.
 */
export const fifoConsumer = (options: FifoConsumerOptions): FifoConsumerHandler => {
  const { consumer, parking, visibility, attempts, log = logger() } = options;
  const reader = new MessageReader(consumer, options.accepts);
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
      const handleAgain = async ({ body }: ParkedMessage): Promise<void> => reader.handle(reader.read(body, 1));
      return answerOperator({ consumer, parking, handleAgain, log }, event, context);
    }
    const groups = fifoGroups(event.Records);
    const open = await parking.openFor([...groups.keys()]);
    const apart = separateReturns(groups, attempts, context.getRemainingTimeInMillis());
    await Promise.all(apart.map(({ receiptHandles, seconds }) => postpone(receiptHandles, seconds)));
    const delivery = new FifoDelivery(deliveryOptions, reader, new Map(open), context.invokedFunctionArn);
    const groupFailed = async (left: readonly SQSRecord[], error: unknown): Promise<void> => {
      const first = left[0];
      if (first === undefined) return;
      delivery.logFailure(first, error);
      // The whole group together: SQS hands out nothing of a group while one message of it is invisible.
      const receiptHandles = left.map(({ receiptHandle }) => receiptHandle);
      await postpone(receiptHandles, pauseSeconds(receiveCountOf(first)));
    };
    return { batchItemFailures: await runFifoGroups(groups, delivery.run, groupFailed) };
  };
};
