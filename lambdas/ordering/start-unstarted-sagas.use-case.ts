import type { Clock } from '../shared/clock.port';
import type { Log } from '../shared/log.port';
import { workThrough } from '../shared/work-through';
import { type AdoptAndStartDeps, adoptAndStart } from './adopt-and-start.use-case';
import { IncompleteStartsError } from './order.errors';
import { decideStart } from './order-start';
import { sweepBudgetSeconds } from './sweep-failed-sagas.use-case';
import type { UnfinishedOrders } from './unfinished-orders.port';

/** What the sweep for unstarted sagas needs. */
export interface StartUnstartedSagasDeps extends AdoptAndStartDeps {
  readonly unfinished: UnfinishedOrders;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a sweep came across. */
export interface UnstartedSweep {
  /** Orders that have been unfinished for too long. */
  readonly late: number;
  /** Of these, the ones that no saga had been started for. */
  readonly started: number;
}

/** From which age on an unfinished order is looked at: its event has long been there if it ever comes. */
export const unstartedAfterSeconds = 15 * 60;

/**
 * Starts the sagas of orders whose OrderPlaced nobody has heard, because the relay, the topic or the queue behind it stood still or lost it:
 * without it they would stay PENDING for ever. Starting is the question, too: a name that was started before is not started again.
 * Orders of another region are its own to start, unless it was evacuated to this one. Orders that fail do not stop the others.
 * @throws IncompleteStartsError orders could not be started, or there were more than one sweep has time for
 */
export const startUnstartedSagas =
  ({ unfinished, clock, log, ...deps }: StartUnstartedSagasDeps) =>
  async (): Promise<UnstartedSweep> => {
    const begun = clock.now();
    let started = 0;

    const startOne = async (orderId: string): Promise<void> => {
      const end = await adoptAndStart(deps, orderId, { decide: decideStart, causationId: 'sweep' });
      if (end.kind !== 'started') return;
      started += 1;
      log.warn('order found without a saga', { correlationId: orderId, placedAt: end.order.placedAt });
    };

    const late = unfinished.placedBefore(new Date(begun.getTime() - unstartedAfterSeconds * 1000));
    const { seen, failures, extent } = await workThrough(late, startOne, {
      ...{ clock, begun, budgetSeconds: sweepBudgetSeconds },
      onFailure: (orderId, error) => log.error('saga not started', { correlationId: orderId, error }),
    });
    const sweep = { late: seen, failed: failures.length, cutShort: extent === 'cut-short' };
    if (failures.length > 0 || sweep.cutShort) throw new IncompleteStartsError(sweep, failures[0]);
    return { late: seen, started };
  };
