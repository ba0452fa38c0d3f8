import type { DrillRun } from '../harness/drill';
import { type ActivityLoad, countEarly } from './activity-load';
import type { StockLoad } from './stock-load';

/** What happens to the logs and their consumers, by the names under which it is declared and recorded. */
export const orderingFault = {
  killedTimeline: 'workers of record-timeline killed in the middle of a batch',
  killedCounters: 'workers of count-activity killed in the middle of a batch',
  killedLedger: 'workers of keep-stock-ledger killed in the middle of a batch',
  duplicates: 'events appended twice',
  early: 'events appended before an earlier one',
  split: 'lanes split while events came in',
  merged: 'lanes merged while events came in',
  poison: 'records appended that cannot be handled',
  late: 'events kept back until all others were sent',
  held: 'events kept back until they were missed',
  givenUp: 'batches that Lambda gave up',
  busy: 'writes refused by partitions that were too busy',
  replayed: 'records read again into another generation',
} as const;

/** Whether this machine runs the workers and the tables: elsewhere nobody can kill the ones, or make the others busy. */
export const isEmbedded = ({ system }: Pick<DrillRun, 'system'>): boolean => system.cloud.emulatorPid !== undefined;

/** What is done to the consumers while events come in. `rough`: their workers die and lanes are split and merged; `lossy`: batches are given up; `busy`: partitions of the table are too busy. */
export type Part = 'rough' | 'lossy' | 'busy';

/** What a run does. */
export interface Extent {
  readonly parts: ReadonlySet<Part>;
  /** Whether it ends when everything is applied or parked: nothing that was kept back is missed, no case worked off, nothing replayed. */
  readonly endsParked: boolean;
}

/** Records that a run appends a second time; stock moves while workers are killed. */
export const repeats = (parts: ReadonlySet<Part>, { deliveries }: ActivityLoad, stock: StockLoad): number =>
  deliveries.filter(({ copy }) => copy > 0).length +
  (parts.has('rough') ? stock.deliveries.length - stock.movements.length : 0);

/** Declares what this run will do to the system. */
export const declareFaults = (
  run: DrillRun,
  { parts, endsParked }: Extent,
  load: ActivityLoad,
  stock: StockLoad,
): void => {
  const { faults, size } = run;
  const isFull = size === 'full';
  if (isEmbedded(run)) {
    if (parts.has('rough')) {
      faults.expect(orderingFault.killedTimeline, isFull ? 15 : 2);
      faults.expect(orderingFault.killedCounters, isFull ? 15 : 2);
      faults.expect(orderingFault.killedLedger, 1);
    }
    if (parts.has('lossy')) faults.expect(orderingFault.givenUp, 2);
    if (parts.has('lossy') || parts.has('busy')) faults.expect(orderingFault.busy, 10);
  }
  const { deliveries } = load;
  faults.expect(orderingFault.duplicates, repeats(parts, load, stock));
  faults.expect(orderingFault.early, countEarly(deliveries));
  if (parts.has('rough')) {
    faults.expect(orderingFault.split, 1);
    faults.expect(orderingFault.merged, 1);
  }
  faults.expect(orderingFault.poison, deliveries.filter(({ form }) => form !== 'event').length);
  faults.expect(orderingFault.late, load.late.length);
  if (endsParked) return;
  faults.expect(orderingFault.held, load.held.length);
  faults.expect(orderingFault.replayed, deliveries.length);
};
