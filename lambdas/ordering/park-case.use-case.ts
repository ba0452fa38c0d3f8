import type { Clock } from '../shared/clock.port';
import type { EntityStore } from '../shared/entity-store.port';
import type { StepOutcome } from '../shared/saga-step.contract';
import { causeOfStep } from '../shared/saga-step-cause';
import { openCase } from './open-case.use-case';
import type { Order } from './order';
import type { OrderCases } from './order-cases.port';
import { decideParking } from './order-parking';
import { UnknownOrderError } from './order.errors';
import type { ParkCaseRequest } from './park-case.contract';
import { untilFresh } from '../shared/until-fresh';

export interface ParkCaseDeps {
  readonly orders: EntityStore<Order>;
  readonly cases: OrderCases;
  readonly clock: Clock;
}

/**
 * Hands a step that keeps failing to an operator: one open case per order and step, whose redrive goes on from there. The case
 * is stored before the order says PARKED, so that no order is parked without one.
 * @throws UnknownOrderError the order is not in ordering's table
 */
export const parkCase =
  ({ orders, cases, clock }: ParkCaseDeps) =>
  (request: ParkCaseRequest): Promise<StepOutcome> =>
    untilFresh(async () => {
      const { sagaId, step, execution, error, cause } = request;
      const stored = await orders.find(sagaId);
      if (stored === undefined) throw new UnknownOrderError(sagaId);
      const decision = decideParking(stored.state, { step, execution, reason: `"${step}" keeps failing: ${error}` });
      if (decision.kind === 'nothing') return { outcome: 'done', detail: { parked: false, why: decision.why } };
      const caseId = await openCase({ cases, clock }, { orderId: sagaId, step, execution, error, cause });
      if (decision.kind === 'open-case-and-park') {
        await orders.commit({
          id: sagaId,
          basedOn: stored,
          state: decision.order,
          events: [],
          cause: causeOfStep(request),
        });
      }
      return { outcome: 'done', detail: { parked: true, caseId } };
    });
