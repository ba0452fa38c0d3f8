import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Log } from './log.port';
import { logger } from './logger';

/**
 * Lambda handler of a standard SQS queue, whose messages do not wait for each other: those that fail come again, and the others do not.
 */
export const queueConsumer =
  (handle: (body: string) => Promise<void>, log: Log = logger()) =>
  async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const outcomes = await Promise.allSettled(Records.map(({ body }) => handle(body)));
    const batchItemFailures = Records.flatMap(({ messageId }, index) => {
      const outcome = outcomes[index];
      if (outcome?.status !== 'rejected') return [];
      log.warn('message failed', { messageId, error: outcome.reason });
      return [{ itemIdentifier: messageId }];
    });
    return { batchItemFailures };
  };
