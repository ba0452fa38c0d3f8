import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { FifoConsumerOptions } from './fifo-consumer-options';
import { FifoDelivery } from './fifo-delivery';
import { fifoGroups, runFifoGroups } from './fifo-groups';
import { logger } from './logger';
import { MessageReader } from './message-reader';
import { answerOperator, isOperatorRequest, type OperatorAnswer, type OperatorRequest } from './operator-request';
import type { ParkedMessage } from './parking.port';

/** What Lambda hands such a function, and what the function answers. */
export type FifoConsumerHandler = (
  event: SQSEvent | OperatorRequest,
  context: Pick<Context, 'invokedFunctionArn' | 'getRemainingTimeInMillis'>,
) => Promise<SQSBatchResponse | OperatorAnswer>;

/** Longest pause between two tries, in seconds. */
const MAX_PAUSE_SECONDS = 900;

const pauseSeconds = (receiveCount: number): number => Math.min(2 ** (receiveCount - 1), MAX_PAUSE_SECONDS);

/**
 * Lambda handler of an SQS FIFO queue. Groups run concurrently, each strictly in order; at a failure the rest of the group
 * comes back after 1, 2, 4 … seconds. What cannot be read, or has been tried often enough, is parked with its group: kept
 * in order, acknowledged, never dropped. Also takes `{ redriveCase }` to handle a parked group again, and `{ discardMessage }` to give up its
 * first message.
 */
export const fifoConsumer = (options: FifoConsumerOptions): FifoConsumerHandler => {
  const { consumer, parking, visibility, log = logger() } = options;
  const reader = new MessageReader(consumer, options.accepts);

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
      await visibility.postpone(handles, pauseSeconds(receiveCount));
    } catch (cause) {
      log.warn('visibility not changed', { consumer, messageId: first.messageId, error: cause });
    }
  };

  return async (event, context) => {
    if (isOperatorRequest(event)) {
      const handleAgain = async ({ body }: ParkedMessage): Promise<void> => reader.handle(reader.read(body, 1));
      return answerOperator({ consumer, parking, handleAgain, log }, event, context);
    }
    const groups = fifoGroups(event.Records);
    const open = await parking.openFor([...groups.keys()]);
    const delivery = new FifoDelivery({ ...options, log }, reader, new Map(open), context.invokedFunctionArn);
    return { batchItemFailures: await runFifoGroups(groups, delivery.run, groupFailed) };
  };
};
