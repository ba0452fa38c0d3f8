import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { regionTables } from './dynamodb-region-tables.adapter';
import { type FencedRegion, fenceRegionEnv, fenceRequest } from './fence-region.contract';
import { fenceRegion } from './fence-region.use-case';

const env = readEnv(fenceRegionEnv);
const fenceRegionHere = fenceRegion({
  here: env.AWS_REGION,
  tables: regionTables(env),
  regions: env.STAGE_REGIONS,
  log: logger(),
  clock,
});

export const handler = async (event: unknown): Promise<FencedRegion> => {
  const request = fenceRequest.parse(event);
  const answer = await fenceRegionHere(request);
  logger().info('fence-region', { request, answer });
  return answer;
};
