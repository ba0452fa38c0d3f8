import type { Order } from './order';
import { isUndoing } from './saga-execution';

/** What is done about a step that was given up. */
export type ParkingDecision =
  /** A compensation: its case is opened, and the rest of the chain decides about the order. */
  | { readonly kind: 'open-case' }
  /** The pivot: the saga ends here, so the order waits too. */
  | { readonly kind: 'open-case-and-park'; readonly order: Order }
  | { readonly kind: 'nothing'; readonly why: string };

/**
 * What giving up a step means for its order. A late report of an execution that another one has taken over from opens no case: its
 * successor does the same work, and opens its own.
 */
export const decideParking = (
  order: Order,
  { step, execution, reason }: { readonly step: string; readonly execution: string; readonly reason: string },
): ParkingDecision => {
  switch (order.status) {
    // What was given up was done although its answer was lost: a case would worry people for nothing.
    case 'REJECTED':
    case 'CANCELLED':
      if (isUndoing(execution)) return { kind: 'open-case' };
      return { kind: 'nothing', why: `the order is ${order.status}` };
    case 'CONFIRMED':
      return { kind: 'nothing', why: `the order is ${order.status}` };
    case 'PARKED':
    case 'PENDING':
    case 'CANCELLING':
      break;
  }
  if (order.execution !== execution) return { kind: 'nothing', why: `superseded by execution ${order.execution}` };
  if (step !== 'confirm' || order.status === 'PARKED') return { kind: 'open-case' };
  return { kind: 'open-case-and-park', order: { ...order, status: 'PARKED', parked: [step], reason } };
};
