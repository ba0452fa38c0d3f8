import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { regionTables } from './dynamodb-region-tables.adapter';
import { type UnfencedRegion, unfenceRegionEnv, unfenceRequest } from './unfence-region.contract';
import { unfenceRegion } from './unfence-region.use-case';

const env = readEnv(unfenceRegionEnv);
const unfenceRegionHere = unfenceRegion({ here: env.AWS_REGION, tables: regionTables(env), clock });

export const handler = async (event: unknown): Promise<UnfencedRegion> => {
  const request = unfenceRequest.parse(event);
  const answer = await unfenceRegionHere(request);
  logger().info('unfence-region', { request, answer });
  return answer;
};
