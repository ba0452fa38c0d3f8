import type { BakeTime } from './bake-wave';
import type { RegionWatch } from './region-watch.port';
import type { Rollouts } from './rollouts.port';
import type { StageStacks } from './stage-stacks.port';
import type { TrainLog } from './train-log.port';
import type { Wave } from './train-plan';

/** What a train is driven with. */
export interface TrainDeps {
  /** For example `prod`. */
  readonly stage: string;
  readonly plan: readonly Wave[];
  readonly log: TrainLog;
  readonly stacks: StageStacks;
  readonly watchOf: (region: string) => RegionWatch;
  readonly rolloutsOf: (region: string) => Rollouts;
  /** How long a wave bakes. */
  readonly bakeMilliseconds: number;
  /** From one look to the next: at alarms, at rollouts, and at whether the train was aborted. */
  readonly lookMilliseconds: number;
  readonly time: BakeTime;
  /** The ARN of whose credentials are used. */
  readonly by: string;
}
