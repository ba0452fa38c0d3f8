import type { TrainStack } from './train-plan';

/** How stacks are deployed. */
export interface DeploymentOptions {
  readonly note: (line: string) => void;
  /** Aborted: no further stack is begun. */
  readonly signal: AbortSignal;
}

/** The stacks of a stage. */
export interface StageStacks {
  /** Digests of the templates that are deployed, by id; a stack that does not exist, or is being changed, has none. */
  deployed(stacks: readonly TrainStack[]): Promise<ReadonlyMap<string, string>>;
  /**
   * Deploys these stacks and no other, in the order of their dependencies. One that is as it should be is left alone.
   * @throws Error one fails; CloudFormation has rolled that one back
   */
  deploy(stacks: readonly TrainStack[], options: DeploymentOptions): Promise<void>;
}
