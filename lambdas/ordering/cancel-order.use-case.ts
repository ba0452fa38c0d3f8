import type { Clock } from '../shared/clock.port';
import type { EntityStore } from '../shared/entity-store.port';
import { untilFresh } from '../shared/until-fresh';
import type { Order } from './order';
import { type CancellationDecision, decideCancellation } from './order-cancellation';

/** What cancel-order needs. */
export interface CancelOrderDeps {
  readonly orders: EntityStore<Order>;
  readonly clock: Clock;
}

/** One request of one client. */
export interface CancelOrderRequest {
  readonly clientId: string;
  readonly orderId: string;
  readonly requestId: string;
}

/** Takes a client's cancellation; the saga carries it out. Asking again changes nothing. */
export const cancelOrder =
  ({ orders, clock }: CancelOrderDeps) =>
  ({ clientId, orderId, requestId }: CancelOrderRequest): Promise<CancellationDecision> =>
    untilFresh(async () => {
      const stored = await orders.find(orderId);
      const decision = decideCancellation(stored, clientId, clock.now());
      if (decision.kind === 'cancel') {
        await orders.commit({
          id: orderId,
          basedOn: stored,
          state: decision.order,
          events: [],
          cause: { correlationId: orderId, causationId: requestId },
        });
      }
      return decision;
    });
