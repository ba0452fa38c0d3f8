import type { TrainStack } from './train-plan';

/** How stacks are deployed. */
export interface DeploymentOptions {
  readonly note: (line: string) => void;
  /** Aborted: no further stack is begun. */
  readonly signal: AbortSignal;
  /** Deploys also what has the template that it should have: an output that it reads has changed. */
  readonly force: boolean;
}

/** The stacks of a stage. */
export interface StageStacks {
  /** Digests of the templates that are deployed, by id; a stack that does not exist, or is being changed, has none. */
  deployed(stacks: readonly TrainStack[]): Promise<ReadonlyMap<string, string>>;
  /** Digest of all that these stacks read from others, as it is now; the same as long as no value changes. */
  digestOfReads(stacks: readonly TrainStack[]): Promise<string>;
  /**
   * Deploys these stacks and no other, in the order of their dependencies. One that is as it should be is left alone, unless by force.
   * @throws Error one fails; CloudFormation has rolled that one back
   */
  deploy(stacks: readonly TrainStack[], options: DeploymentOptions): Promise<void>;
}
