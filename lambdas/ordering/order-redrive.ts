import type { Order } from './order';
import { currentExecutionNumber, executionName, isUndoing, parseExecutionName, type SagaEntry } from './saga-execution';

/** `start-again`: an execution that the order need not be told of, the same one at every try. `resolved`: nothing is left to do for this case. `refuse`: not now. */
export type RedriveDecision =
  | { readonly kind: 'start'; readonly order: Order; readonly entry: SagaEntry }
  | { readonly kind: 'start-again'; readonly order: Order; readonly entry: SagaEntry }
  | { readonly kind: 'resolved'; readonly why: string }
  | { readonly kind: 'refuse'; readonly why: string };

/** What of an open case decides about its redrive. */
export interface RedrivableCase {
  readonly caseId: string;
  readonly step: string;
  /** The execution that gave the step up last. */
  readonly execution: string;
}

/** Where the saga resumes when the given step was parked: the pivot goes forward, everything else is undone. */
export const entryFor = (step: string): SagaEntry => (step === 'confirm' ? 'confirm' : 'compensate');

/**
 * What an operator's redrive does. A compensation run covers all of an order's parked compensations, so the order's other
 * cases have nothing left to do after it; and while one execution is under way, no second one is started. Only what the order
 * itself waits with may be redriven: the case of a pivot that was given up before the order was undone must never confirm it.
 */
export const decideRedrive = (order: Order, { caseId, step, execution }: RedrivableCase): RedriveDecision => {
  const entry = entryFor(step);
  switch (order.status) {
    case 'REJECTED':
    case 'CANCELLED': {
      if (!isUndoing(execution)) return { kind: 'resolved', why: `the order is ${order.status}` };
      // What another region did for it is not undone yet.
      const next = (parseExecutionName(execution)?.number ?? 0) + 1;
      return { kind: 'start-again', order: { ...order, execution: executionName(order.orderId, next) }, entry };
    }
    case 'CONFIRMED':
      return { kind: 'resolved', why: `the order is ${order.status}` };
    case 'PENDING':
    case 'CANCELLING':
      // The redrive was decided, but its answer was lost: starting under the same name is the same execution. Not when that execution
      // has opened the case again: it still runs, would not be started a second time, and is about to park the order with this case.
      if (order.redrivenCase === caseId && order.execution !== execution) return { kind: 'start-again', order, entry };
      return {
        kind: 'refuse',
        why: `execution ${order.execution} is under way; redrive again if the case is still open after it`,
      };
    case 'PARKED':
      break;
  }
  const waitsWith = order.parked ?? [];
  if (!waitsWith.includes(step)) {
    const why = `the order was taken on without "${step}" and waits with ${waitsWith.join(', ')} now; redrive that case instead`;
    return { kind: 'resolved', why };
  }
  const { parked: _settled, ...rest } = order;
  return {
    kind: 'start',
    entry,
    order: {
      ...rest,
      status: order.cancelRequestedAt === undefined ? 'PENDING' : 'CANCELLING',
      execution: executionName(order.orderId, currentExecutionNumber(order) + 1),
      redrivenCase: caseId,
    },
  };
};
