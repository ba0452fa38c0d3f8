import { isSealed, type Sealed } from '../shared/sealed';
import { type DeliveryAddress, type ShippingAddress, shippingAddressOf } from './delivery-address';
import type { OrderSagaData } from './order-saga.contract';

/** Where an order stands. CONFIRMED, REJECTED and CANCELLED are final. */
export type OrderStatus = 'PENDING' | 'CONFIRMED' | 'REJECTED' | 'CANCELLING' | 'CANCELLED' | 'PARKED';

/**
 * An order as ordering stores it. Times are RFC 3339 in UTC, amounts are minor units of `currency`. What is personal is sealed, all of it or
 * none: an order that was placed before there were seals is open until it is rewritten.
 */
export interface Order extends Omit<OrderSagaData, 'shipTo'> {
  readonly shipTo: DeliveryAddress | Sealed<ShippingAddress>;
  /** Country of delivery (ISO 3166-1 alpha-2): of the address, all that is told to others. */
  readonly country: string;
  /** The API client that placed it; nobody else is shown it. */
  readonly clientId: string;
  /**
   * SHA-256 of the canonical request: tells a repeated request from another one under the same key. Sealed, too: whoever can guess the request
   * would know by it that they are right.
   */
  readonly fingerprint: string | Sealed<string>;
  readonly status: OrderStatus;
  readonly placedAt: string;
  /**
   * Name of the only saga execution that may still decide about this order. Starting another one moves it on, so that
   * a late invocation of a superseded execution is refused instead of racing with its successor.
   */
  readonly execution: string;
  readonly confirmedAt?: string;
  /** Set by the client's cancellation; the saga finds it at the pivot, or at its end. */
  readonly cancelRequestedAt?: string;
  /** When it became REJECTED or CANCELLED. */
  readonly closedAt?: string;
  /** Why it was rejected, cancelled or parked, for people. */
  readonly reason?: string;
  /** Saga steps and compensations that an operator has to redrive; only while PARKED. */
  readonly parked?: readonly string[];
  /** The case whose redrive started `execution`. */
  readonly redrivenCase?: string;
}

/** Every change of status that may happen, once: the table that all decisions are tested against. */
export const orderTransitions: { readonly [From in OrderStatus]: readonly OrderStatus[] } = {
  PENDING: ['CONFIRMED', 'REJECTED', 'CANCELLING', 'PARKED'],
  CONFIRMED: [],
  REJECTED: [],
  CANCELLING: ['CANCELLED', 'PARKED'],
  CANCELLED: [],
  // A redrive puts a parked order back to where it stood, and its saga goes on from there.
  PARKED: ['PENDING', 'CANCELLING'],
};

/** True when nothing can happen to the order any more. */
export const isFinal = (status: OrderStatus): boolean => orderTransitions[status].length === 0;

/** The saga's payload: what the steps of other contexts need to know of an order, and nothing else. */
export const sagaDataOf = (order: Order): OrderSagaData => ({
  orderId: order.orderId,
  customerId: order.customerId,
  currency: order.currency,
  totalMinor: order.totalMinor,
  lines: order.lines,
  paymentMethod: order.paymentMethod,
  shipTo: isSealed(order.shipTo) ? order.shipTo : shippingAddressOf(order.shipTo),
  metadata: order.metadata,
});
