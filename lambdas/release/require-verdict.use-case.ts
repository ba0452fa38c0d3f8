import type { Log } from '../shared/log.port';
import type { CanaryJudge } from './canary-judge.port';
import { NoPromotionError } from './release.errors';
import type { RolloutHook, Rollouts } from './rollouts.port';

/** What require-verdict works with. */
export interface RequireVerdictDeps {
  readonly rollouts: Pick<Rollouts, 'isReturn' | 'report'>;
  readonly judge: Pick<CanaryJudge, 'verdictOf'>;
  readonly log: Log;
}

/**
 * Lets a rollout end only if the judge has recorded that it wants the new version: a judge that died, or that nobody has started, promotes
 * nothing. A rollback needs no verdict. Whatever happens is reported.
 * @throws what kept it from reporting; Lambda then calls again
 */
export const requireVerdict =
  ({ rollouts, judge, log }: RequireVerdictDeps) =>
  async (hook: RolloutHook): Promise<void> => {
    const { deploymentId } = hook;
    let answer: 'Succeeded' | 'Failed' = 'Succeeded';
    try {
      const isReturn = await rollouts.isReturn(deploymentId);
      const verdict = isReturn ? 'return' : await judge.verdictOf(deploymentId);
      if (verdict !== 'promote' && verdict !== 'return') throw new NoPromotionError(deploymentId, verdict);
      log.info('version stays', { deploymentId, verdict });
    } catch (error) {
      log.error('version not promoted', { deploymentId, error });
      answer = 'Failed';
    }
    await rollouts.report(hook, answer);
  };
