/** One shift of an alias from a version to another. */
export interface Rollout {
  /** CodeDeploy's id, for example `d-ABCDEF123`. */
  readonly deploymentId: string;
  /** The operation of the contract that the function answers; what its deployment group is called. */
  readonly operation: string;
  readonly functionName: string;
  readonly alias: string;
  /** The version that has served until now. */
  readonly currentVersion: string;
  readonly targetVersion: string;
}

/** A point at which a rollout waits to hear whether it may go on. */
export interface RolloutHook {
  readonly deploymentId: string;
  readonly hookExecutionId: string;
}

/** The rollouts of this region, by whoever carries them out. */
export interface Rollouts {
  /** @throws UnknownRolloutError there is none of this id, or not one of a function */
  find(deploymentId: string): Promise<Rollout>;
  /** Whether it does nothing but give traffic back to a version that has had it before. */
  isReturn(deploymentId: string): Promise<boolean>;
  /** Lets a waiting rollout go on, or refuses it: then traffic goes back to the old version. */
  report(hook: RolloutHook, answer: 'Succeeded' | 'Failed'): Promise<void>;
  /** Ends it and sends all traffic back to the old version. `ended`: it had ended before. */
  stop(deploymentId: string): Promise<'stopped' | 'ended'>;
}
