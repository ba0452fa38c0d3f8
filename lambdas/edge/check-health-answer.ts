import type { ApiAnswer } from '../shared/api-route';
import type { RegionInService } from './check-health.contract';
import type { RegionHealth } from './region-health';
import { RegionOutOfServiceProblem } from './region-health.problems';

/**
 * What a health checker is told.
 * @param version which published version of the function answers
 * @throws RegionOutOfServiceProblem with everything that is not well
 */
export const checkHealthAnswer = (
  region: string,
  version: string,
  health: RegionHealth,
): ApiAnswer<RegionInService> => {
  if (health.kind === 'out-of-service') throw new RegionOutOfServiceProblem(region, health.because);
  return { status: 200, body: { region, status: health.kind, version, checked: [...health.checked] } };
};
