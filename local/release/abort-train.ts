import { messageOf } from '../message-of';
import { ReleaseRefusalError } from './release.errors';
import type { Rollouts } from './rollouts.port';
import type { TrainDeps } from './train-deps';

/** What became of one region's rollouts. */
export interface AbortedRegion {
  readonly region: string;
  /** Operations whose traffic goes back to the old version. */
  readonly stopped: readonly string[];
  /** What could not be stopped, and why. */
  readonly failures: readonly string[];
}

const stopAll = async (rollouts: Rollouts): Promise<AbortedRegion> => {
  const stopped: string[] = [];
  const failures: string[] = [];
  try {
    for (const { deploymentId, operation } of await rollouts.inProgress()) {
      try {
        await rollouts.stop(deploymentId);
        stopped.push(operation);
      } catch (error) {
        // The others are stopped all the same; whoever reads it does this one.
        failures.push(`${operation} (${deploymentId}): ${messageOf(error)}`);
      }
    }
  } catch (error) {
    failures.push(`its rollouts cannot be read: ${messageOf(error)}`);
  }
  return { region: rollouts.region, stopped, failures };
};

/**
 * Aborts the train that runs, also one that nobody drives any more: no further wave begins, and every rollout that is under way goes back.
 * The train is ended first, so that whoever drives it knows why its deployment fails.
 * @param regions all of the stage
 * @throws ReleaseRefusalError no train runs
 */
export const abortTrain = async (
  { log, rolloutsOf, by, time }: Pick<TrainDeps, 'log' | 'rolloutsOf' | 'by' | 'time'>,
  regions: readonly string[],
  why: string,
): Promise<readonly AbortedRegion[]> => {
  const running = await log.running();
  if (running === undefined) throw new ReleaseRefusalError('no train runs: there is nothing to abort');
  await log.end({ id: running.id, how: 'aborted', why, by, at: new Date(time.now()).toISOString() });
  return Promise.all(regions.map((region) => stopAll(rolloutsOf(region))));
};
