import type { EntityStore } from '../shared/entity-store.port';
import type { StepOutcome } from '../shared/saga-step.contract';
import { causeOfStep } from '../shared/saga-step-cause';
import { untilFresh } from '../shared/until-fresh';
import { type OpenCaseDeps, openCase } from './open-case.use-case';
import type { Order } from './order';
import { UnknownOrderError } from './order.errors';
import { decideParking } from './order-parking';
import type { ParkCaseRequest } from './park-case.contract';

/** What park-case needs. */
export interface ParkCaseDeps extends OpenCaseDeps {
  readonly orders: EntityStore<Order>;
}

/**
 * Hands a step that keeps failing to an operator: one open case per order and step, whose redrive goes on from there. The case
 * is stored before the order says PARKED, so that no order is parked without one.
 * @throws UnknownOrderError the order is not in ordering's table
 * @throws ForeignHomeError another region has taken the order over, and decides about it
 */
export const parkCase =
  ({ orders, ...opening }: ParkCaseDeps) =>
  (request: ParkCaseRequest): Promise<StepOutcome> =>
    untilFresh(async (): Promise<StepOutcome> => {
      const { sagaId, execution } = request;
      const { failedStep: step, error, cause, stateMachineArn } = request.data;
      const found = await orders.find(sagaId);
      if (found === undefined) throw new UnknownOrderError(sagaId);
      const decision = decideParking(found.state, { step, execution, reason: `"${step}" keeps failing: ${error}` });
      if (decision.kind === 'nothing') return { outcome: 'done', detail: { parked: false, why: decision.why } };
      const change = { id: sagaId, events: [], cause: causeOfStep(request) };
      // Before the case: it would be about an order that somebody else looks after.
      const basedOn = await orders.claim(sagaId, found, change.cause);
      const caseId = await openCase(opening, { orderId: sagaId, step, execution, error, cause, stateMachineArn });
      if (decision.kind === 'open-case-and-park') await orders.commit({ ...change, basedOn, state: decision.order });
      return { outcome: 'done', detail: { parked: true, caseId } };
    });
