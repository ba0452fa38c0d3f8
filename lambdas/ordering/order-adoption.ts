import { isFinal, type Order } from './order';
import { caseIdOf } from './order-case';
import { entryFor } from './order-redrive';
import { decideStart } from './order-start';
import { currentExecutionNumber, type SagaStart, sagaStartOf } from './saga-execution';

/**
 * The execution that carries on an order whose region was evacuated, or `undefined` when there is nothing to carry on: the order has
 * ended, or waits for an operator. It has the name it had there, and begins where that one began: executions are a region's own, and
 * steps that were done before answer so.
 */
export const decideAdoption = (order: Order): SagaStart | undefined => {
  if (isFinal(order.status) || order.status === 'PARKED') return undefined;
  if (currentExecutionNumber(order) === 0) return decideStart(order);
  const reason = order.reason ?? `execution ${order.execution} undid the order when its region was evacuated`;
  const confirms = order.redrivenCase === caseIdOf(order.orderId, 'confirm');
  return confirms ? sagaStartOf(order, entryFor('confirm')) : sagaStartOf(order, 'compensate', reason);
};
