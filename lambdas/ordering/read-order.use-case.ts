import type { EntityStore } from '../shared/entity-store.port';
import type { RegionGate } from '../shared/region-gate.port';
import type { Order } from './order';
import { stepsOf, type Timeline, type TimelineStep } from './order-timeline';

/** What read-order needs. */
export interface ReadOrderDeps {
  readonly orders: EntityStore<Order>;
  readonly timelines: EntityStore<Timeline>;
  /** Knows how far the local replica has come. */
  readonly gate: Pick<RegionGate, 'lastHeardFrom'>;
  /** The region that is asked. */
  readonly region: string;
}

/** How new an answer is. */
export interface Freshness {
  readonly servedFrom: string;
  /** The only region that changes the order. */
  readonly homeRegion: string;
  /**
   * Until when the home's changes are known to have arrived here. Absent at home, where nothing newer exists; and when nothing was heard
   * from the home yet.
   */
  readonly asOf?: Date;
}

/** An order with what has happened to it. */
export interface OrderHistory {
  readonly order: Order;
  readonly steps: readonly TimelineStep[];
  readonly freshness: Freshness;
}

/** Finds an order of the given client; another client's order is as unknown as one that does not exist. */
export const readOrder =
  ({ orders, timelines, gate, region: servedFrom }: ReadOrderDeps) =>
  async ({
    clientId,
    orderId,
  }: {
    readonly clientId: string;
    readonly orderId: string;
  }): Promise<OrderHistory | undefined> => {
    const [stored, timeline] = await Promise.all([orders.find(orderId), timelines.find(orderId)]);
    if (stored === undefined || stored.state.clientId !== clientId) return undefined;
    const { homeRegion } = stored;
    const asOf = homeRegion === servedFrom ? undefined : await gate.lastHeardFrom(homeRegion);
    const freshness = { servedFrom, homeRegion, ...(asOf && { asOf }) };
    return { order: stored.state, steps: stepsOf(stored.state, timeline?.state), freshness };
  };
