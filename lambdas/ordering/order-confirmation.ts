import type { Order } from './order';

/** `already`: it was confirmed before. `refuse` turns the saga round. */
export type ConfirmationDecision =
  | { readonly kind: 'confirm'; readonly order: Order }
  | { readonly kind: 'already' }
  | { readonly kind: 'refuse'; readonly reason: string };

const whyNot = {
  REJECTED: 'the order was rejected',
  CANCELLING: 'the client cancelled the order',
  CANCELLED: 'the order was cancelled',
  PARKED: 'the order waits for an operator',
} as const;

/**
 * The pivot: after it the order will be delivered, before it everything can be undone. Only the order's current execution may
 * pass it, so a late invocation of a superseded one cannot confirm what its successor compensates.
 */
export const decideConfirmation = (order: Order, execution: string, now: Date): ConfirmationDecision => {
  if (order.status === 'CONFIRMED') return { kind: 'already' };
  if (order.status !== 'PENDING') return { kind: 'refuse', reason: whyNot[order.status] };
  if (order.execution !== execution) return { kind: 'refuse', reason: `superseded by execution ${order.execution}` };
  return { kind: 'confirm', order: { ...order, status: 'CONFIRMED', confirmedAt: now.toISOString() } };
};
