import type { Rollout } from './rollouts.port';

/** Compares the two versions of a rollout while traffic is shifted, and keeps what it finds. */
export interface CanaryJudge {
  /** Starts once a rollout, however often it is called. @param from when the comparison begins */
  start(rollout: Rollout, from: Date): Promise<void>;
  /** What is recorded: a verdict, or how the judge stands. */
  verdictOf(deploymentId: string): Promise<'promote' | 'roll-back' | 'none' | 'not-yet' | 'failed'>;
}
