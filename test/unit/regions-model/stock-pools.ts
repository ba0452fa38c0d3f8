import type { Reservation } from '../../../lambdas/inventory/reservation';
import {
  type ReservationLedger,
  type StockMove,
  StockShortageError,
} from '../../../lambdas/inventory/reservation-ledger.port';
import type { Stock } from '../../../lambdas/inventory/stock-pool.contract';
import type { Commit, Stored } from '../../../lambdas/shared/entity-store.port';
import { InMemoryEntityStore } from '../../../lambdas/shared/in-memory-entity-store.adapter';

/** Reservations that move the stock of their region's pools when they are committed. */
export class PooledReservations extends InMemoryEntityStore<Reservation> implements ReservationLedger {
  private readonly moves = new WeakMap<Reservation, StockMove>();

  /** The region's own pools, by article; nobody else changes them. */
  pools = new Map<string, Stock>();

  commitMoving(change: Commit<Reservation>, move: StockMove): Promise<Stored<Reservation>> {
    this.moves.set(change.state, move);
    return this.commit(change);
  }

  /**
   * Moves what the commit of this reservation moves, in the same instant.
   * @throws StockShortageError nothing has moved
   */
  move(reservation: Reservation): void {
    const { direction, lines = [] } = this.moves.get(reservation) ?? {};
    // Whoever adopts the reservation later writes the same state again, and moves nothing.
    this.moves.delete(reservation);
    const moved = lines.map(({ sku, quantity }) => {
      const units = direction === 'hold' ? quantity : -quantity;
      const pool = this.pools.get(sku);
      if (pool === undefined) throw new StockShortageError(sku, 'unknown-sku');
      if (units > pool.available) throw new StockShortageError(sku, 'out-of-stock');
      return [sku, { available: pool.available - units, reserved: pool.reserved + units }] as const;
    });
    for (const [sku, after] of moved) this.pools.set(sku, after);
  }
}
