import type { Clock } from '../shared/clock.port';
import type { Log } from '../shared/log.port';
import { ForeignHomeError } from '../shared/region-gate.errors';
import { untilFresh } from '../shared/until-fresh';
import { type AdoptOrderDeps, adoptOrder } from './adopt-order.use-case';
import { IncompleteStartsError } from './order.errors';
import type { OrderSagas } from './order-sagas.port';
import { decideStart } from './order-start';
import { sweepBudgetSeconds } from './sweep-failed-sagas.use-case';
import type { UnfinishedOrders } from './unfinished-orders.port';

/** What the sweep for unstarted sagas needs. */
export interface StartUnstartedSagasDeps extends AdoptOrderDeps {
  readonly unfinished: UnfinishedOrders;
  readonly sagas: OrderSagas;
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

const ordersAtOnce = 10;

/**
 * Starts the sagas of orders whose OrderPlaced nobody has heard, because the relay, the topic or the queue behind it stood still or lost it:
 * without it they would stay PENDING for ever. Starting is the question, too: a name that was started before is not started again.
 * Orders of another region are its own to start, unless it was evacuated to this one. Orders that fail do not stop the others.
 * @throws IncompleteStartsError orders could not be started, or there were more than one sweep has time for
 */
export const startUnstartedSagas =
  ({ unfinished, sagas, clock, log, ...stores }: StartUnstartedSagasDeps) =>
  async (): Promise<UnstartedSweep> => {
    const begun = clock.now().getTime();
    const overdue = () => clock.now().getTime() - begun > sweepBudgetSeconds * 1000;
    const failures: unknown[] = [];
    let late = 0;
    let started = 0;

    const startOne = async (orderId: string): Promise<void> => {
      late += 1;
      try {
        // Read anew: the list is behind, and an order that has ended since must not be started.
        const order = await untilFresh(async () => {
          const stored = await stores.orders.find(orderId);
          if (stored === undefined || decideStart(stored.state) === undefined) return undefined;
          await adoptOrder(stores, stored, { correlationId: orderId, causationId: 'sweep' });
          return stored.state;
        });
        const saga = order && decideStart(order);
        if (saga === undefined || (await sagas.start(saga)) === 'already-started') return;
        started += 1;
        log.warn('order found without a saga', { correlationId: orderId, placedAt: order?.placedAt });
      } catch (error) {
        if (error instanceof ForeignHomeError) return;
        failures.push(error);
        log.error('saga not started', { correlationId: orderId, error });
      }
    };

    const startAll = async (): Promise<'all' | 'cut-short'> => {
      for await (const page of unfinished.placedBefore(new Date(begun - unstartedAfterSeconds * 1000))) {
        for (let from = 0; from < page.length; from += ordersAtOnce) {
          if (overdue()) return 'cut-short';
          await Promise.all(page.slice(from, from + ordersAtOnce).map(startOne));
        }
      }
      return 'all';
    };

    const extent = await startAll();
    if (failures.length > 0 || extent === 'cut-short')
      throw new IncompleteStartsError({ late, failed: failures.length, cutShort: extent === 'cut-short' }, failures[0]);
    return { late, started };
  };
