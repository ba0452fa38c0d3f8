import type { Clock } from '../shared/clock.port';
import type { EntityStore } from '../shared/entity-store.port';
import type { StepOutcome } from '../shared/saga-step.contract';
import { causeOfStep } from '../shared/saga-step-cause';
import { untilFresh } from '../shared/until-fresh';
import type { CloseOrderRequest } from './close-order.contract';
import type { Order } from './order';
import { UnknownOrderError } from './order.errors';
import { type ClosingDecision, decideClosing } from './order-closing';
import { orderCancelled, orderRejected } from './order-events';

/** What close-order needs. */
export interface CloseOrderDeps {
  readonly orders: EntityStore<Order>;
  readonly clock: Clock;
}

const eventsOf = (decision: Exclude<ClosingDecision, { kind: 'nothing' }>) => {
  switch (decision.kind) {
    case 'reject':
      return [orderRejected(decision.order)];
    case 'cancel':
      return [orderCancelled(decision.order)];
    case 'park':
      return [];
  }
};

/**
 * The end of every compensation chain: the order becomes REJECTED, CANCELLED or PARKED, once.
 * @throws UnknownOrderError the order is not in ordering's table
 */
export const closeOrder =
  ({ orders, clock }: CloseOrderDeps) =>
  (request: CloseOrderRequest): Promise<StepOutcome> =>
    untilFresh(async () => {
      const { sagaId, execution } = request;
      const stored = await orders.find(sagaId);
      if (stored === undefined) throw new UnknownOrderError(sagaId);
      const decision = decideClosing(stored.state, { ...request.data, execution }, clock.now());
      if (decision.kind === 'nothing') return { outcome: 'done', detail: { status: stored.state.status } };
      await orders.commit({
        id: sagaId,
        basedOn: stored,
        state: decision.order,
        events: eventsOf(decision),
        cause: causeOfStep(request),
      });
      return { outcome: 'done', detail: { status: decision.order.status } };
    });
