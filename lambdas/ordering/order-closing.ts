import type { Order } from './order';

/** What a compensation chain has left behind. */
export interface Closing {
  readonly execution: string;
  /** Compensations that were parked. */
  readonly parked: readonly string[];
  /** Why the saga turned round. */
  readonly reason: string;
}

/** How the order ends; `nothing` when it has ended, or when another execution decides about it. */
export type ClosingDecision =
  | { readonly kind: 'reject'; readonly order: Order }
  | { readonly kind: 'cancel'; readonly order: Order }
  | { readonly kind: 'park'; readonly order: Order }
  | { readonly kind: 'nothing'; readonly why: string };

/** How an order ends once its compensations have run: rejected, cancelled as asked, or parked with what could not be undone. */
export const decideClosing = (order: Order, { execution, parked, reason }: Closing, now: Date): ClosingDecision => {
  switch (order.status) {
    case 'CONFIRMED':
    case 'REJECTED':
    case 'CANCELLED':
    case 'PARKED':
      return { kind: 'nothing', why: `the order is ${order.status}` };
    case 'PENDING':
    case 'CANCELLING':
      break;
  }
  if (order.execution !== execution) return { kind: 'nothing', why: `superseded by execution ${order.execution}` };
  if (parked.length > 0) return { kind: 'park', order: { ...order, status: 'PARKED', parked: [...parked], reason } };
  const closedAt = now.toISOString();
  return order.status === 'CANCELLING'
    ? { kind: 'cancel', order: { ...order, status: 'CANCELLED', closedAt, reason } }
    : { kind: 'reject', order: { ...order, status: 'REJECTED', closedAt, reason } };
};
