import type { Context } from 'aws-lambda';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { type ArrivalAnswer, arrivalRequest, awaitArrivalEnv } from './await-arrival.contract';
import { awaitArrival } from './await-arrival.use-case';
import { replicaPairs } from './dynamodb-replica-pairs.adapter';

/** No further page is begun when less than this is left of the invocation, in milliseconds. */
const RESERVE_MS = 30_000;

const awaitArrivalHere = awaitArrival({ pairOf: replicaPairs(readEnv(awaitArrivalEnv)) });

export const handler = async (
  event: unknown,
  invocation: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<ArrivalAnswer> => {
  const request = arrivalRequest.parse(event);
  const answer = await awaitArrivalHere(request, () => invocation.getRemainingTimeInMillis() > RESERVE_MS);
  logger().info('await-arrival', { request, answer });
  return answer;
};
