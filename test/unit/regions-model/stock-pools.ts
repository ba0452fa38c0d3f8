import type { Reservation } from '../../../lambdas/inventory/reservation';
import {
  type ReservationLedger,
  type StockMove,
  StockShortageError,
} from '../../../lambdas/inventory/reservation-ledger.port';
import type { Commit, Stored } from '../../../lambdas/shared/entity-store.port';
import { InMemoryEntityStore } from '../../../lambdas/shared/in-memory-entity-store.adapter';

/** A region's own units; nobody else changes them. Releases of what another region held move units here: `reserved` may be negative. */
export interface Pool {
  available: number;
  reserved: number;
}

/** Reservations that move the stock of their region's pool when they are committed. */
export class PooledReservations extends InMemoryEntityStore<Reservation> implements ReservationLedger {
  private readonly moves = new WeakMap<Reservation, StockMove>();

  /** The pool to move from, by article. */
  pool: ReadonlyMap<string, Pool> = new Map();

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
    const held = lines.map(({ sku, quantity }) => ({ sku, units: direction === 'hold' ? quantity : -quantity }));
    for (const { sku, units } of held) {
      const pool = this.pool.get(sku);
      if (pool === undefined) throw new StockShortageError(sku, 'unknown-sku');
      if (units > pool.available) throw new StockShortageError(sku, 'out-of-stock');
    }
    for (const { sku, units } of held) {
      const pool = this.pool.get(sku);
      if (!pool) continue;
      pool.available -= units;
      pool.reserved += units;
    }
  }
}
