import { isFinal, type Order } from './order';
import { currentExecutionNumber, executionName } from './saga-execution';

/** How many executions may fail one after the other before an operator is asked. */
export const maximumRecoveries = 3;

/** `compensate` with a new execution; `compensate-again` under the name that was given before; `park` for an operator. */
export type RecoveryDecision =
  | { readonly kind: 'compensate'; readonly order: Order }
  | { readonly kind: 'compensate-again'; readonly order: Order }
  | { readonly kind: 'park'; readonly order: Order }
  | { readonly kind: 'nothing'; readonly why: string };

/**
 * What follows an execution that ended without an end of its own (failed, timed out, aborted). One successor each: the order
 * names it before it is started, so a repeated report starts the same one again and an older report starts none.
 */
export const decideRecovery = (order: Order, failedNumber: number, reason: string): RecoveryDecision => {
  if (isFinal(order.status)) return { kind: 'nothing', why: `the order is ${order.status}` };
  if (order.status === 'PARKED') return { kind: 'nothing', why: 'an operator has the order already' };
  const current = currentExecutionNumber(order);
  if (current === failedNumber + 1) {
    // An operator resumes the order, perhaps forward, and starts that execution: it must not begin at its compensations under the same name.
    if (order.redrivenCase !== undefined) return { kind: 'nothing', why: `redriven by execution ${order.execution}` };
    // Reported before, and perhaps not started: starting under the same name is the same execution.
    return { kind: 'compensate-again', order };
  }
  if (current !== failedNumber) return { kind: 'nothing', why: `superseded by execution ${order.execution}` };
  const next = failedNumber + 1;
  if (next > maximumRecoveries)
    return { kind: 'park', order: { ...order, status: 'PARKED', parked: ['compensate'], reason } };
  // The operator's redrive, if there was one, has ended with the execution it started.
  const { redrivenCase: _ended, ...rest } = order;
  return { kind: 'compensate', order: { ...rest, execution: executionName(order.orderId, next) } };
};
