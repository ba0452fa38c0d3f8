import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Handle } from '../../lambdas/shared/accepted-message';
import { fifoConsumer } from '../../lambdas/shared/fifo-consumer';
import { InMemoryParking } from '../../lambdas/shared/in-memory-parking.adapter';
import { InMemoryTries } from '../../lambdas/shared/in-memory-tries.adapter';
import { onCommand } from '../../lambdas/shared/on-command';
import { type ChargeCommand, chargeCommand } from './charge-command';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const context = {
  invokedFunctionArn: 'arn:aws:lambda:sa-east-1:000000000000:function:Example',
  getRemainingTimeInMillis: () => 30_000,
};

/** A `fifoConsumer` without AWS: what would call it is in memory and the log is silent, as Powertools calls and logs nothing either. */
export const measuredConsumer = (handle: Handle<ChargeCommand>) => {
  const consume = fifoConsumer({
    consumer: 'bench',
    accepts: [onCommand(chargeCommand, handle)],
    parking: new InMemoryParking({ context: 'bench', consumer: 'bench', region: 'sa-east-1' }),
    visibility: { postpone: async () => undefined },
    tries: new InMemoryTries(),
    attempts: 5,
    log: silent,
  });
  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const answer = await consume(event, context);
    return 'batchItemFailures' in answer ? answer : { batchItemFailures: [] };
  };
};
