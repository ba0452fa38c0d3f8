import * as z from 'zod/mini';
import type { Clock } from '../shared/clock.port';
import { StaleEntityError } from '../shared/entity-store.errors';
import type { EntityStore, Stored } from '../shared/entity-store.port';
import type { Flags } from '../shared/flags.port';
import { SubjectErasedError } from '../shared/sealed.errors';
import type { FieldOpener } from '../shared/subject-seals';
import type { Order } from './order';
import { orderPlaced } from './order-events';
import { decidePlacement, type KnownPlacement, type PlacementDecision, type PlacementFault } from './order-placement';
import { sealedOrderField } from './order-saga.contract';
import { linesPerOrder } from './ordering-flags.contract';
import { orderIdOf, type PlaceOrderBody } from './place-order.contract';
import type { PriceList } from './price-list.port';

/** What place-order needs. */
export interface PlaceOrderDeps {
  readonly orders: EntityStore<Order>;
  readonly prices: PriceList;
  readonly flags: Flags;
  readonly clock: Clock;
  /** Seals what is personal of an order that is placed. */
  readonly sealed: (order: Order) => Promise<Order>;
  readonly open: FieldOpener;
}

/** One request of one client. */
export interface PlaceOrderRequest {
  readonly clientId: string;
  readonly idempotencyKey: string;
  readonly requestId: string;
  readonly traceparent?: string;
  readonly body: PlaceOrderBody;
}

/**
 * `in-flight`: an equal request is being handled at this moment. `erased`: the customer's data were erased, and nothing is placed for them
 * under this id again. The rest is as in `PlacementDecision`.
 */
export type PlaceOrderResult =
  | { readonly kind: 'placed'; readonly order: Order }
  | { readonly kind: 'replayed'; readonly order: Order }
  | { readonly kind: 'other-request' }
  | { readonly kind: 'in-flight' }
  | { readonly kind: 'erased' }
  | { readonly kind: 'unacceptable'; readonly faults: readonly PlacementFault[] };

/**
 * Places an order, at most once per client and key. Order, idempotency record and event are one transaction: there is no state
 * "in progress" that a crash could leave behind. From here on, nothing personal of the order is written or sent but sealed.
 */
export const placeOrder =
  (deps: PlaceOrderDeps) =>
  async (request: PlaceOrderRequest): Promise<PlaceOrderResult> => {
    try {
      return await place(deps, request);
    } catch (error) {
      if (error instanceof SubjectErasedError) return { kind: 'erased' };
      throw error;
    }
  };

const place = async (
  { orders, prices, flags, clock, sealed, open }: PlaceOrderDeps,
  request: PlaceOrderRequest,
): Promise<PlaceOrderResult> => {
  const { clientId, idempotencyKey, requestId, traceparent, body } = request;
  const orderId = orderIdOf(clientId, idempotencyKey);
  const [stored, priced, maximumLines] = await Promise.all([
    orders.find(orderId),
    prices.pricesOf(body.lines.map(({ sku }) => sku)),
    flags.valueFor(linesPerOrder, clientId),
  ]);
  const placement = { orderId, clientId, body, maximumLines };
  const decision = decidePlacement(await knownOf(stored, open), placement, priced, clock.now());
  if (decision.kind !== 'place') return resultOf(decision);
  const order = await sealed(decision.order);
  try {
    await orders.commit({
      id: orderId,
      basedOn: undefined,
      state: order,
      events: [orderPlaced(order)],
      cause: { correlationId: orderId, causationId: requestId, ...(traceparent !== undefined && { traceparent }) },
    });
    return { kind: 'placed', order };
  } catch (error) {
    if (!(error instanceof StaleEntityError)) throw error;
    // Somebody was faster with the same key: either the order is there by now, or its transaction is still running.
    const winner = await knownOf(await orders.find(orderId), open);
    return winner ? resultOf(decidePlacement(winner, placement, priced, clock.now())) : { kind: 'in-flight' };
  }
};

/** A stored order with the fingerprint that it was sealed with. */
const knownOf = async (stored: Stored<Order> | undefined, open: FieldOpener): Promise<KnownPlacement | undefined> => {
  if (stored === undefined) return undefined;
  const { state: order } = stored;
  const field = sealedOrderField(order.orderId, 'fingerprint');
  return { order, fingerprint: await open({ customerId: order.customerId, field }, order.fingerprint, z.string()) };
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
