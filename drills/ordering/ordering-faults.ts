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

/** Declares what this run will do to the system. */
export const declareFaults = (run: DrillRun, load: ActivityLoad, stock: StockLoad): void => {
  const { faults, size } = run;
  const isFull = size === 'full';
  if (isEmbedded(run)) {
    faults.expect(orderingFault.killedTimeline, isFull ? 15 : 2);
    faults.expect(orderingFault.killedCounters, isFull ? 15 : 2);
    faults.expect(orderingFault.killedLedger, 1);
    faults.expect(orderingFault.givenUp, 2);
    faults.expect(orderingFault.busy, 10);
  }
  const { deliveries } = load;
  const copies = deliveries.filter(({ copy }) => copy > 0).length;
  faults.expect(orderingFault.duplicates, copies + stock.deliveries.length - stock.movements.length);
  faults.expect(orderingFault.early, countEarly(deliveries));
  faults.expect(orderingFault.split, 1);
  faults.expect(orderingFault.merged, 1);
  faults.expect(orderingFault.poison, deliveries.filter(({ form }) => form !== 'event').length);
  faults.expect(orderingFault.late, load.late.length);
  faults.expect(orderingFault.held, load.held.length);
  faults.expect(orderingFault.replayed, deliveries.length);
};
