import type { Clock } from '../shared/clock.port';
import type { EntityStore } from '../shared/entity-store.port';
import type { StepOutcome } from '../shared/saga-step.contract';
import { causeOfStep } from '../shared/saga-step-cause';
import { untilFresh } from '../shared/until-fresh';
import type { ConfirmOrderRequest } from './confirm-order.contract';
import type { Order } from './order';
import { UnknownOrderError } from './order.errors';
import { decideConfirmation } from './order-confirmation';
import { orderConfirmed } from './order-events';

/** What confirm-order needs. */
export interface ConfirmOrderDeps {
  readonly orders: EntityStore<Order>;
  readonly clock: Clock;
}

/**
 * The saga's pivot: PENDING becomes CONFIRMED, once.
 * @throws UnknownOrderError the order is not in ordering's table
 */
export const confirmOrder =
  ({ orders, clock }: ConfirmOrderDeps) =>
  (request: ConfirmOrderRequest): Promise<StepOutcome> =>
    untilFresh(async () => {
      const { sagaId, execution } = request;
      const stored = await orders.find(sagaId);
      if (stored === undefined) throw new UnknownOrderError(sagaId);
      const decision = decideConfirmation(stored.state, execution, clock.now());
      switch (decision.kind) {
        case 'refuse':
          return { outcome: 'refused', reason: decision.reason };
        case 'already':
          return { outcome: 'done' };
        case 'confirm':
          await orders.commit({
            id: sagaId,
            basedOn: stored,
            state: decision.order,
            events: [orderConfirmed(decision.order)],
            cause: causeOfStep(request),
          });
          return { outcome: 'done' };
      }
    });
