import type { Reservation } from '../../../lambdas/inventory/reservation';
import {
  type ReservationLedger,
  type StockMove,
  StockShortageError,
} from '../../../lambdas/inventory/reservation-ledger.port';
import type { Stock } from '../../../lambdas/inventory/stock-pool.contract';
import type { Clock } from '../../../lambdas/shared/clock.port';
import type { Commit, Stored } from '../../../lambdas/shared/entity-store.port';
import { InMemoryContents, InMemoryEntityStore } from '../../../lambdas/shared/in-memory-entity-store.adapter';
import type { RegionGate } from '../../../lambdas/shared/region-gate.port';

/** What regions share when nothing is late: reservations with their outbox, and each region's pools by SKU. */
export class InMemoryWarehouse {
  private readonly pools = new Map<string, Map<string, Stock>>();

  /** @param contents what reservations are kept in; of one region, when regions have replicas */
  constructor(readonly contents = new InMemoryContents<Reservation>()) {}

  /** A region's pools; they are written by its ledger alone. */
  poolsOf(region: string): Map<string, Stock> {
    const known = this.pools.get(region) ?? new Map<string, Stock>();
    this.pools.set(region, known);
    return known;
  }

  knows(sku: string): boolean {
    return [...this.pools.values()].some((pools) => pools.has(sku));
  }
}

/** Where a ledger is. */
export interface LedgerPlace {
  readonly region?: string;
  readonly gate?: RegionGate;
  readonly warehouse?: InMemoryWarehouse;
}

/** Reservations and stock in memory. Commits run one after the other, because a commit with its moves is atomic. */
export class InMemoryReservationLedger extends InMemoryEntityStore<Reservation> implements ReservationLedger {
  /** Pools of the ledger's own region, by SKU. */
  readonly stock: Map<string, Stock>;
  private readonly warehouse: InMemoryWarehouse;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    stock: Readonly<Record<string, number>>,
    clock: Clock,
    { region = 'sa-east-1', gate, warehouse = new InMemoryWarehouse() }: LedgerPlace = {},
  ) {
    super({ kind: 'reservation', context: 'inventory', region, clock, gate }, warehouse.contents);
    this.warehouse = warehouse;
    this.stock = warehouse.poolsOf(region);
    for (const [sku, available] of Object.entries(stock)) this.stock.set(sku, { available, reserved: 0 });
  }

  commitMoving(change: Commit<Reservation>, { direction, lines }: StockMove): Promise<Stored<Reservation>> {
    const done = this.last.then(async () => {
      const moved = lines.map(({ sku, quantity }) => [sku, this.moved(sku, direction, quantity)] as const);
      const stored = await this.commit(change);
      for (const [sku, after] of moved) this.stock.set(sku, after);
      return stored;
    });
    this.last = done.catch(() => undefined);
    return done;
  }

  private moved(sku: string, direction: StockMove['direction'], quantity: number): Stock {
    const before = this.stock.get(sku);
    const { available, reserved } = before ?? { available: 0, reserved: 0 };
    if (direction === 'return') return { available: available + quantity, reserved: reserved - quantity };
    if (available < quantity)
      throw new StockShortageError(sku, before || this.warehouse.knows(sku) ? 'out-of-stock' : 'unknown-sku');
    return { available: available - quantity, reserved: reserved + quantity };
  }
}
