import type { Clock } from '../shared/clock.port';
import type { Log } from '../shared/log.port';
import type { Timer } from '../shared/timer.port';
import type { CanaryJudge } from './canary-judge.port';
import type { FunctionVersions } from './function-versions.port';
import { faultIn, type Probe, type ProbeFault, probeEvent } from './probe';
import { ExerciseTooSlowError, UnprobedOperationError, VersionRefusedError } from './release.errors';
import type { Rollout, RolloutHook, Rollouts } from './rollouts.port';

/** What exercise-version works with. */
export interface ExerciseVersionDeps {
  /** By operation of the contract. */
  readonly probes: { readonly [operation: string]: readonly Probe[] };
  readonly rollouts: Rollouts;
  readonly versions: FunctionVersions;
  readonly judge: CanaryJudge;
  readonly timer: Timer;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long a version may take for all of its probes, in milliseconds; cold starts among them. */
export const exerciseMilliseconds = 60_000;

const faultOf = async (
  versions: FunctionVersions,
  { functionName, targetVersion, deploymentId }: Rollout,
  probe: Probe,
): Promise<readonly ProbeFault[]> => {
  const answer = await versions.ask(functionName, targetVersion, probeEvent(probe, deploymentId));
  const { name } = probe;
  if (answer.kind === 'failed') return [{ probe: name, got: answer.why, expected: `status ${probe.answer.status}` }];
  const fault = faultIn(probe, answer.payload);
  return fault ? [fault] : [];
};

/**
 * Asks the new version everything that the contract makes certain, and starts the judge; only then may traffic be shifted. Whatever happens
 * is reported to the rollout that waits: no answer would keep it, and the stack, waiting for an hour.
 * @throws what kept it from reporting; Lambda then calls again
 */
export const exerciseVersion =
  ({ probes, rollouts, versions, judge, timer, clock, log }: ExerciseVersionDeps) =>
  async (hook: RolloutHook): Promise<void> => {
    const { deploymentId } = hook;
    const exercise = async (): Promise<void> => {
      // The old version has proved itself, and whoever takes the new one back must not be kept waiting.
      if (await rollouts.isReturn(deploymentId)) {
        log.info('version returns', { deploymentId });
        return;
      }
      const rollout = await rollouts.find(deploymentId);
      const { operation, targetVersion } = rollout;
      const asked = probes[operation];
      if (asked === undefined) throw new UnprobedOperationError(operation, Object.keys(probes));
      const late = timer.after(exerciseMilliseconds).then(() => {
        throw new ExerciseTooSlowError(targetVersion, exerciseMilliseconds);
      });
      const all = Promise.all(asked.map((probe) => faultOf(versions, rollout, probe)));
      const faults = (await Promise.race([all, late])).flat();
      if (faults.length > 0) throw new VersionRefusedError(targetVersion, faults);
      await judge.start(rollout, clock.now());
      log.info('version exercised', { ...rollout, probes: asked.length });
    };
    let answer: 'Succeeded' | 'Failed' = 'Succeeded';
    try {
      await exercise();
    } catch (error) {
      log.error('version refused', { deploymentId, error });
      answer = 'Failed';
    }
    await rollouts.report(hook, answer);
  };
