import type { Clock } from '../shared/clock.port';
import { StaleEntityError } from '../shared/entity-store.errors';
import type { EntityStore } from '../shared/entity-store.port';
import type { Flags } from '../shared/flags.port';
import type { Order } from './order';
import { orderPlaced } from './order-events';
import { decidePlacement, type PlacementDecision, type PlacementFault } from './order-placement';
import { linesPerOrder } from './ordering-flags.contract';
import { orderIdOf, type PlaceOrderBody } from './place-order.contract';
import type { PriceList } from './price-list.port';

/** What place-order needs. */
export interface PlaceOrderDeps {
  readonly orders: EntityStore<Order>;
  readonly prices: PriceList;
  readonly flags: Flags;
  readonly clock: Clock;
}

/** One request of one client. */
export interface PlaceOrderRequest {
  readonly clientId: string;
  readonly idempotencyKey: string;
  readonly requestId: string;
  readonly traceparent?: string;
  readonly body: PlaceOrderBody;
}

/** `in-flight`: an equal request is being handled at this moment. The rest is as in `PlacementDecision`. */
export type PlaceOrderResult =
  | { readonly kind: 'placed'; readonly order: Order }
  | { readonly kind: 'replayed'; readonly order: Order }
  | { readonly kind: 'other-request' }
  | { readonly kind: 'in-flight' }
  | { readonly kind: 'unacceptable'; readonly faults: readonly PlacementFault[] };

/**
 * Places an order, at most once per client and key. Order, idempotency record and event are one transaction: there is no state
 * "in progress" that a crash could leave behind.
 */
export const placeOrder =
  ({ orders, prices, flags, clock }: PlaceOrderDeps) =>
  async (request: PlaceOrderRequest): Promise<PlaceOrderResult> => {
    const { clientId, idempotencyKey, requestId, traceparent, body } = request;
    const orderId = orderIdOf(clientId, idempotencyKey);
    const [stored, priced, maximumLines] = await Promise.all([
      orders.find(orderId),
      prices.pricesOf(body.lines.map(({ sku }) => sku)),
      flags.valueFor(linesPerOrder, clientId),
    ]);
    const placement = { orderId, clientId, body, maximumLines };
    const decision = decidePlacement(stored, placement, priced, clock.now());
    if (decision.kind !== 'place') return resultOf(decision);
    try {
      await orders.commit({
        id: orderId,
        basedOn: undefined,
        state: decision.order,
        events: [orderPlaced(decision.order)],
        cause: { correlationId: orderId, causationId: requestId, ...(traceparent !== undefined && { traceparent }) },
      });
      return { kind: 'placed', order: decision.order };
    } catch (error) {
      if (!(error instanceof StaleEntityError)) throw error;
      // Somebody was faster with the same key: either the order is there by now, or its transaction is still running.
      const winner = await orders.find(orderId);
      return winner ? resultOf(decidePlacement(winner, placement, priced, clock.now())) : { kind: 'in-flight' };
    }
  };

const resultOf = (decision: PlacementDecision): PlaceOrderResult => {
  switch (decision.kind) {
    case 'place':
      return { kind: 'in-flight' };
    case 'replay':
      return { kind: 'replayed', order: decision.order };
    case 'other-request':
    case 'unacceptable':
      return decision;
  }
};
