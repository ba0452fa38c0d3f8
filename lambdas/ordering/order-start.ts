import { isFinal, type Order } from './order';
import { type SagaStart, sagaStartOf } from './saga-execution';

/**
 * The execution that a placed order begins with, or `undefined` when it must not be started (again): the order has ended or waits
 * for an operator, or a successor has taken over from its first execution.
 */
export const decideStart = (order: Order): SagaStart | undefined => {
  if (isFinal(order.status) || order.status === 'PARKED' || order.execution !== order.orderId) return undefined;
  // Cancelled before anything was done: the compensations leave their tombstones, and the card is never charged.
  return order.status === 'CANCELLING'
    ? sagaStartOf(order, 'compensate', 'the client cancelled the order')
    : sagaStartOf(order, 'forward');
};
