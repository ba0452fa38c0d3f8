import type { DeployedSystem } from './deployed-system';
import type { Drill, Protection } from './drill';
import { FaultLog } from './fault-log';
import type { Progress } from './progress';
import { seededRandom } from './random';
import type { DrillRecord } from './record';
import { judge } from './verdict';

/** What a run needs besides the drill itself. */
export interface RunOptions {
  readonly seed: string;
  readonly system: DeployedSystem;
  readonly progress: Progress;
  /** Less load, where the drill has a smaller size. A run without a protection always has less. */
  readonly isReduced: boolean;
  /** The protection to take away for this run. */
  readonly without?: Protection;
  /** Called with what undoes the sabotage as soon as there is something to undo, and with `undefined` once it is undone. */
  readonly onSabotage?: (restore: (() => Promise<void>) | undefined) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Runs one drill once, with its protections or without one of them, and judges it. The system is put back as it was. */
export const runDrill = async (drill: Drill, options: RunOptions): Promise<DrillRecord> => {
  const { seed, system, progress, isReduced, without, onSabotage, now } = options;
  const size = without || isReduced ? 'reduced' : 'full';
  const startedAt = now();
  if (without) progress.phase(`take away: ${without.withoutIt}`);
  const restore = await without?.remove(system);
  onSabotage?.(restore);
  try {
    const faults = new FaultLog(now);
    const {
      figures,
      plots,
      notes = [],
    } = await drill.run({
      seed,
      random: seededRandom(`${drill.name}/${seed}`, String(startedAt)),
      size,
      system,
      faults,
      progress,
      ...(without ? { sabotage: without.name } : {}),
    });
    const counts = faults.counts();
    return {
      format: 1,
      drill: drill.name,
      claim: drill.claim,
      size,
      seed,
      target: system.cloud.target,
      region: system.cloud.region,
      ...(without ? { sabotage: { name: without.name, withoutIt: without.withoutIt } } : {}),
      startedAt: new Date(startedAt).toISOString(),
      durationSeconds: (now() - startedAt) / 1000,
      faults: counts,
      figures,
      plots,
      notes,
      verdict: judge(counts, figures, without),
    };
  } finally {
    if (restore) progress.phase('put the protection back');
    await restore?.();
    onSabotage?.(undefined);
    progress.end();
  }
};
