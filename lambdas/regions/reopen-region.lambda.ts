import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { regionTables } from './dynamodb-region-tables.adapter';
import { type ReopenedRegion, reopenRegionEnv, reopenRequest } from './reopen-region.contract';
import { reopenRegion } from './reopen-region.use-case';

const env = readEnv(reopenRegionEnv);
const reopenThisRegion = reopenRegion({
  here: env.AWS_REGION,
  regions: env.STAGE_REGIONS,
  tables: regionTables(env),
  clock,
});

/** Called by an operator. */
export const handler = async (event: unknown): Promise<ReopenedRegion> => {
  const request = reopenRequest.parse(event);
  const answer = await reopenThisRegion(request);
  logger().info('reopen-region', { request, answer });
  return answer;
};
