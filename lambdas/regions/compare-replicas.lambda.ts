import { setTimeout } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { dynamoDb } from '../shared/dynamodb-client';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { type ComparedReplicas, compareReplicasEnv, compareRequest } from './compare-replicas.contract';
import { compareReplicas } from './compare-replicas.use-case';
import { DynamoDbRegionLedger } from './dynamodb-region-ledger.adapter';
import { replicaPairs } from './dynamodb-replica-pairs.adapter';

const env = readEnv(compareReplicasEnv);
const pairOf = replicaPairs(env);

/** What is under way between replicas has arrived after this time, in milliseconds; what has not is written again for nothing. */
const SETTLE_MS = 3_000;
/** No further page is begun when less than this is left of the invocation, in milliseconds. */
const RESERVE_MS = 30_000;

const compare = compareReplicas({
  here: env.AWS_REGION,
  tablesOf: (context, region) => {
    const pair = pairOf(context, region);
    const tableName = env.CONTEXT_TABLES[context] ?? '';
    return pair && { pair, ledger: new DynamoDbRegionLedger(dynamoDb(), tableName) };
  },
  settle: () => setTimeout(SETTLE_MS),
  clock,
  log: logger(),
});

export const handler = async (
  event: unknown,
  invocation: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<ComparedReplicas> => {
  const request = compareRequest.parse(event);
  const answer = await compare(request, () => invocation.getRemainingTimeInMillis() > RESERVE_MS);
  logger().info('replicas compared', { request, answer });
  return answer;
};
