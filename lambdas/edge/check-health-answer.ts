import type { ApiAnswer } from '../shared/api-route';
import type { RegionInService } from './check-health.contract';
import type { RegionHealth } from './region-health';
import { RegionOutOfServiceProblem } from './region-health.problems';

/** What answers: where, and of which release. */
export type AnsweringRelease = Pick<RegionInService, 'region' | 'version' | 'schemas'>;

/**
 * What a health checker is told.
 * @throws RegionOutOfServiceProblem with everything that is not well
 */
export const checkHealthAnswer = (
  { region, version, schemas }: AnsweringRelease,
  health: RegionHealth,
): ApiAnswer<RegionInService> => {
  if (health.kind === 'out-of-service') throw new RegionOutOfServiceProblem(region, health.because);
  return { status: 200, body: { region, status: health.kind, version, schemas, checked: [...health.checked] } };
};
