import type { Log } from '../shared/log.port';
import type { Rollouts } from './rollouts.port';
import type { StopRequest } from './stop-rollout.contract';

/** What stop-rollout works with. */
export interface StopRolloutDeps {
  readonly rollouts: Pick<Rollouts, 'stop'>;
  readonly log: Log;
}

/** Sends all traffic back to the old version. One that has ended before, by an alarm for example, is left as it is. */
export const stopRollout =
  ({ rollouts, log }: StopRolloutDeps) =>
  async ({ deploymentId, why }: StopRequest): Promise<{ readonly outcome: 'stopped' | 'ended' }> => {
    const outcome = await rollouts.stop(deploymentId);
    log.warn('rollout stopped', { deploymentId, outcome, why });
    return { outcome };
  };
