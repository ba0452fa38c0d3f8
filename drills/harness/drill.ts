import type { DeployedSystem } from './deployed-system';
import type { FaultLog } from './fault-log';
import type { Figure } from './figure';
import type { Plot } from './plot';
import type { Progress } from './progress';
import type { Random } from './random';

/** Puts back what was changed; safe to call once, also after a failure. */
export type Restore = () => Promise<void>;

/** Something in the system that the drill's claim rests on, and that can be taken away to see whether the drill notices. */
export interface Protection {
  readonly name: string;
  /** What is taken away, in one sentence. */
  readonly withoutIt: string;
  /** Names of the figures of which at least one has to break without it. */
  readonly caughtBy: readonly string[];
  /** Takes the protection away from the deployed system. */
  remove(system: DeployedSystem): Promise<Restore>;
}

/** What a drill is given for one run. */
export interface DrillRun {
  readonly seed: string;
  readonly random: Random;
  /** `reduced` in sabotage runs, and when it was asked for: enough load for the loss of a protection to show, in less time. */
  readonly size: 'full' | 'reduced';
  readonly system: DeployedSystem;
  readonly faults: FaultLog;
  readonly progress: Progress;
  /** Name of the protection that is switched off in this run. A drill may aim its faults at it, never relax its counting. */
  readonly sabotage?: string;
}

/** What a drill has counted. */
export interface Findings {
  readonly figures: readonly Figure[];
  readonly plots: readonly Plot[];
  /** What a reader of the report should know besides the numbers. */
  readonly notes?: readonly string[];
}

/** One experiment: inject the fault that a part of the system claims to survive, then count the effects from the stores. */
export interface Drill {
  readonly name: string;
  /** The claim under test, in one sentence. */
  readonly claim: string;
  readonly protections: readonly Protection[];
  /** Why it can run on the local stage only. @default it runs anywhere */
  readonly localOnly?: string;
  run(run: DrillRun): Promise<Findings>;
}
