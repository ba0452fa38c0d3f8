import type { Clock } from '../shared/clock.port';
import type { AdoptedOrders } from './adopted-orders.port';
import type { SettledAnswer, SettledRequest } from './await-settled.contract';
import type { ConsumerQueues } from './consumer-queues.port';
import { decideSettled, unsettled } from './region-settled';

/** What await-settled works with. */
export interface AwaitSettledDeps {
  readonly orders: AdoptedOrders;
  readonly queues: ConsumerQueues;
  /** How late the queues' counts may be, in seconds. */
  readonly countSeconds: number;
  readonly clock: Clock;
}

/**
 * Tells whether what this region has taken over from another one has come to its end, so that the other may have its entities back: a saga
 * or a message that is still under way would find that they are not this region's any more.
 */
export const awaitSettled =
  ({ orders, queues, countSeconds, clock }: AwaitSettledDeps) =>
  async ({ region, progress: known }: SettledRequest): Promise<SettledAnswer> => {
    // Orders first: a queue that is seen empty before they are finished says nothing.
    const unfinished = await orders.unfinishedOf(region);
    const work = { orders: unfinished, waiting: await queues.waiting() };
    const now = clock.now();
    const progress = known ?? unsettled(now);
    const decision = decideSettled(work, progress, countSeconds, now);
    return decision.kind === 'settled'
      ? { answer: 'settled', why: '', progress }
      : { answer: 'not-yet', why: decision.why, progress: decision.progress };
  };
