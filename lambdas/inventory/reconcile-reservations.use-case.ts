import type { Clock } from '../shared/clock.port';
import { overruledHolds } from './overruled-holds';
import type { PoolMoves } from './pool-moves.port';
import type { ReconcileReservationsAnswer, ReconcileReservationsRequest } from './reconcile-reservations.contract';

/** What reconcile-reservations needs. */
export interface ReconcileReservationsDeps {
  readonly moves: PoolMoves;
  /** The region that returns, which is this one. */
  readonly region: string;
  readonly clock: Clock;
  /** How long it goes on before it answers with a cursor, in milliseconds. */
  readonly budgetMilliseconds: number;
}

/**
 * Puts this region's pools right after it was evacuated: what it held or gave back in versions of reservations that another region has
 * overruled since is taken back, each move once. May be repeated, and run side by side.
 */
export const reconcileReservations =
  ({ moves, region, clock, budgetMilliseconds }: ReconcileReservationsDeps) =>
  async ({ since, cursor: begin }: ReconcileReservationsRequest): Promise<ReconcileReservationsAnswer> => {
    const end = clock.now().getTime() + budgetMilliseconds;
    let [looked, returned, cursor] = [0, 0, begin];
    do {
      const page = await moves.page(new Date(since), cursor);
      for (const orderId of page.orderIds) {
        const history = await moves.historyOf(orderId);
        looked += 1;
        const overruled = history ? overruledHolds(history.moves, history.home, region) : [];
        for (const move of overruled) if (await moves.takeBack(move)) returned += 1;
      }
      cursor = page.cursor;
    } while (cursor !== undefined && clock.now().getTime() < end);
    return { looked, returned, ...(cursor !== undefined && { cursor }) };
  };
