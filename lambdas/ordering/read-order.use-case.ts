import type { EntityStore } from '../shared/entity-store.port';
import type { Order } from './order';
import { stepsOf, type Timeline, type TimelineStep } from './order-timeline';

/** What read-order needs. */
export interface ReadOrderDeps {
  readonly orders: EntityStore<Order>;
  readonly timelines: EntityStore<Timeline>;
}

/** An order with what has happened to it. */
export interface OrderHistory {
  readonly order: Order;
  readonly steps: readonly TimelineStep[];
}

/** Finds an order of the given client; another client's order is as unknown as one that does not exist. */
export const readOrder =
  ({ orders, timelines }: ReadOrderDeps) =>
  async ({
    clientId,
    orderId,
  }: {
    readonly clientId: string;
    readonly orderId: string;
  }): Promise<OrderHistory | undefined> => {
    const [stored, timeline] = await Promise.all([orders.find(orderId), timelines.find(orderId)]);
    if (stored === undefined || stored.state.clientId !== clientId) return undefined;
    return { order: stored.state, steps: stepsOf(stored.state, timeline?.state) };
  };
