import type { Reservation } from '../../../lambdas/inventory/reservation';
import {
  type ReservationLedger,
  type StockMove,
  StockShortageError,
} from '../../../lambdas/inventory/reservation-ledger.port';
import type { Clock } from '../../../lambdas/shared/clock.port';
import type { Commit, Stored } from '../../../lambdas/shared/entity-store.port';
import { InMemoryEntityStore } from '../../../lambdas/shared/in-memory-entity-store.adapter';

/** Units of one article. */
export interface Stock {
  readonly available: number;
  readonly reserved: number;
}

/** Reservations and stock in memory. Commits run one after the other, because a commit with its moves is atomic. */
export class InMemoryReservationLedger extends InMemoryEntityStore<Reservation> implements ReservationLedger {
  readonly stock: Map<string, Stock>;
  private last: Promise<unknown> = Promise.resolve();

  constructor(stock: Readonly<Record<string, number>>, clock: Clock) {
    super({ kind: 'reservation', context: 'inventory', region: 'sa-east-1', clock });
    this.stock = new Map(Object.entries(stock).map(([sku, available]) => [sku, { available, reserved: 0 }]));
  }

  commitMoving(change: Commit<Reservation>, { direction, lines }: StockMove): Promise<Stored<Reservation>> {
    const done = this.last.then(async () => {
      const moved = lines.map(({ sku, quantity }) => {
        const before = this.stock.get(sku);
        if (before === undefined) throw new StockShortageError(sku, 'unknown-sku');
        const held = direction === 'hold' ? quantity : -quantity;
        const after = { available: before.available - held, reserved: before.reserved + held };
        if (after.available < 0 || after.reserved < 0) throw new StockShortageError(sku, 'out-of-stock');
        return [sku, after] as const;
      });
      const stored = await this.commit(change);
      for (const [sku, after] of moved) this.stock.set(sku, after);
      return stored;
    });
    this.last = done.catch(() => undefined);
    return done;
  }
}
