import type { EntityStore } from '../shared/entity-store.port';
import { ForeignHomeError, RegionFencedError } from '../shared/region-gate.errors';
import { untilFresh } from '../shared/until-fresh';
import { type OpenCaseDeps, openCase } from './open-case.use-case';
import type { Order } from './order';
import { UnknownExecutionError, UnknownOrderError } from './order.errors';
import { caseIdOf } from './order-case';
import { decideRecovery } from './order-recovery';
import type { OrderSagas } from './order-sagas.port';
import type { FailedExecution } from './recover-failed-saga.contract';
import { parseExecutionName, sagaStartOf } from './saga-execution';

/** What recover-failed-saga needs. */
export interface RecoverFailedSagaDeps extends OpenCaseDeps {
  readonly orders: EntityStore<Order>;
  readonly sagas: OrderSagas;
}

/** An execution that has ended, and its order has not; `status` is for people. */
export type EndedExecution = Pick<FailedExecution, 'name' | 'error' | 'cause' | 'stateMachineArn'> & {
  readonly status: string;
};

/** What was done about a failed execution. */
export type Recovery =
  | { readonly kind: 'compensating'; readonly execution: string }
  | { readonly kind: 'parked'; readonly caseId: string }
  | { readonly kind: 'nothing'; readonly why: string };

/**
 * Compensates an order whose execution ended without an end of its own: failures that no Catch of the saga can see.
 * @throws UnknownExecutionError the execution's name does not name an order
 * @throws UnknownOrderError the order is not in ordering's table
 * @throws RegionFencedError the region's lease has run out: whether the order is still its own is not known
 */
export const recoverFailedSaga =
  ({ orders, sagas, ...opening }: RecoverFailedSagaDeps) =>
  async ({ name, status, error, cause, stateMachineArn }: EndedExecution): Promise<Recovery> => {
    const execution = parseExecutionName(name);
    if (execution === undefined) throw new UnknownExecutionError(name);
    const { orderId, number } = execution;
    const compensate = async (order: Order, why: string): Promise<Recovery> => {
      await sagas.start(sagaStartOf(order, 'compensate', why));
      await closePivotCase(opening, order);
      return { kind: 'compensating', execution: order.execution };
    };
    const reason = `a technical failure stopped the order: execution ${name} ended as ${status}`;
    const recover = async (): Promise<Recovery> => {
      const found = await orders.find(orderId);
      if (found === undefined) throw new UnknownOrderError(orderId);
      const decision = decideRecovery(found.state, number, reason);
      if (decision.kind === 'nothing') return decision;
      const change = {
        id: orderId,
        state: decision.order,
        events: [],
        cause: { correlationId: orderId, causationId: name },
      };
      const basedOn = await orders.claim(orderId, found, change.cause);
      switch (decision.kind) {
        case 'park': {
          const failure = {
            orderId,
            step: 'compensate',
            execution: name,
            error: error ?? status,
            cause: cause ?? 'no cause given',
            stateMachineArn,
          };
          const caseId = await openCase(opening, failure);
          await orders.commit({ ...change, basedOn });
          return { kind: 'parked', caseId };
        }
        case 'compensate':
          await orders.commit({ ...change, basedOn });
          return compensate(decision.order, reason);
        case 'compensate-again':
          return compensate(decision.order, reason);
      }
    };
    try {
      return await untilFresh(recover);
    } catch (error) {
      const why = whyNotOurs(error);
      if (why === undefined) throw error;
      return { kind: 'nothing', why };
    }
  };

/** The order is undone from here on: a case that offers to confirm it has nothing left to offer. */
const closePivotCase = async ({ cases, clock }: OpenCaseDeps, { orderId, execution }: Order): Promise<void> => {
  const pivot = await cases.find(caseIdOf(orderId, 'confirm'));
  if (pivot?.status !== 'OPEN') return;
  await cases.close(pivot, {
    as: `superseded: execution ${execution} undoes the order`,
    at: clock.now().toISOString(),
  });
};

/** Why the order is another region's to carry on. A region whose lease has run out may get it back: it does not know. */
const whyNotOurs = (error: unknown): string | undefined => {
  if (error instanceof ForeignHomeError) return `region ${error.homeRegion} has the order`;
  if (error instanceof RegionFencedError && error.standing.kind === 'fenced')
    return `this region was evacuated: ${error.standing.successor} takes its orders over`;
  return undefined;
};
