import type { Stored } from '../shared/entity-store.port';
import type { Order } from './order';

/** `cancel`: now. `already`: it was asked for before. `not-found`: not an order of this client. `too-late`: says why. */
export type CancellationDecision =
  | { readonly kind: 'cancel'; readonly orderId: string; readonly cancelRequestedAt: string; readonly order: Order }
  | { readonly kind: 'already'; readonly orderId: string; readonly cancelRequestedAt: string }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'too-late'; readonly explanation: string };

const tooLate = {
  CONFIRMED: 'the order is confirmed: it is paid and handed to shipping, and can only be returned',
  REJECTED: 'the order was rejected: there is nothing left to cancel',
  PARKED: 'the order waits for an operator, who decides how it ends; ask again later',
  CANCELLING: 'the order is being cancelled already',
  CANCELLED: 'the order was cancelled already',
} as const;

/**
 * Whether a client's cancellation is taken. It wins as long as the saga has not passed its pivot, and what it started is
 * undone by the saga's compensations. Another client's order is as unknown as one that does not exist.
 */
export const decideCancellation = (
  stored: Stored<Order> | undefined,
  clientId: string,
  now: Date,
): CancellationDecision => {
  const order = stored?.state;
  if (order === undefined || order.clientId !== clientId) return { kind: 'not-found' };
  const { orderId } = order;
  if (order.cancelRequestedAt !== undefined)
    return { kind: 'already', orderId, cancelRequestedAt: order.cancelRequestedAt };
  if (order.status !== 'PENDING') return { kind: 'too-late', explanation: tooLate[order.status] };
  const cancelRequestedAt = now.toISOString();
  return { kind: 'cancel', orderId, cancelRequestedAt, order: { ...order, status: 'CANCELLING', cancelRequestedAt } };
};
