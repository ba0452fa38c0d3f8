import { poolMovesOf } from '../../../lambdas/inventory/dynamodb-pool-moves.adapter';
import type { PoolMove } from '../../../lambdas/inventory/overruled-holds';
import type { PoolMoves, ReservationHistory, ReservationPage } from '../../../lambdas/inventory/pool-moves.port';
import type { InMemoryWarehouse } from './in-memory-reservation-ledger';

/** Moves in memory, one reservation a part. */
export class InMemoryPoolMoves implements PoolMoves {
  private readonly takenBack = new Set<string>();

  constructor(
    private readonly warehouse: InMemoryWarehouse,
    private readonly region: string,
  ) {}

  async page(since: Date, cursor: string | undefined): Promise<ReservationPage> {
    const own = this.warehouse.contents.outbox.filter(
      ({ originRegion, committedAt }) => originRegion === this.region && new Date(committedAt) >= since,
    );
    const at = Number(cursor ?? 0);
    return {
      orderIds: own.slice(at, at + 1).map(({ subject }) => subject.slice(subject.indexOf('/') + 1)),
      cursor: at + 1 < own.length ? String(at + 1) : undefined,
    };
  }

  async historyOf(orderId: string): Promise<ReservationHistory | undefined> {
    const { entities, outbox } = this.warehouse.contents;
    const home = entities.get(orderId);
    const rows = outbox.filter(({ subject }) => subject === `reservation/${orderId}`);
    return home && { home, moves: rows.flatMap(poolMovesOf) };
  }

  async takeBack({ orderId, sequence, held }: PoolMove): Promise<boolean> {
    const marker = `${orderId}/${sequence}`;
    if (this.takenBack.has(marker)) return false;
    this.takenBack.add(marker);
    const pools = this.warehouse.poolsOf(this.region);
    for (const { sku, quantity } of held) {
      const { available, reserved } = pools.get(sku) ?? { available: 0, reserved: 0 };
      pools.set(sku, { available: available + quantity, reserved: reserved - quantity });
    }
    return true;
  }
}
