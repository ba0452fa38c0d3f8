import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { awaitQuietEnv, type QuietAnswer, quietRequest } from './await-quiet.contract';
import { awaitQuiet } from './await-quiet.use-case';
import { regionTables } from './dynamodb-region-tables.adapter';

const env = readEnv(awaitQuietEnv);
const awaitQuietHere = awaitQuiet({
  here: env.AWS_REGION,
  tables: regionTables(env),
  leaseSeconds: env.LEASE_SECONDS,
  clock,
});

export const handler = async (event: unknown): Promise<QuietAnswer> => {
  const request = quietRequest.parse(event);
  const answer = await awaitQuietHere(request);
  logger().info('await-quiet', { request, answer });
  return answer;
};
