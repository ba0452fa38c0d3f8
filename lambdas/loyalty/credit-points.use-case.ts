import { type OrderConfirmedV1, pointsCreditedV1 } from '../../contracts/avro/events';
import { DuplicateMessageError } from '../shared/entity-store.errors';
import type { EntityStore } from '../shared/entity-store.port';
import type { Delivered } from '../shared/envelope';
import { newEvent } from '../shared/event-contract';
import { untilFresh } from '../shared/until-fresh';
import { decideCredit, type PointsCredit } from './points-credit';

/** What credit-points needs. */
export interface CreditPointsDeps {
  /** One credit an order, under the order's id. */
  readonly credits: EntityStore<PointsCredit>;
}

/**
 * Credits the points of a confirmed order. Credit, event and the marker of the message are one transaction, so a message that is
 * delivered again credits nothing; nor does another message about the same order.
 */
export const creditPoints =
  ({ credits }: CreditPointsDeps) =>
  async (message: Delivered<OrderConfirmedV1>): Promise<void> => {
    const id = message.data.orderId;
    try {
      await untilFresh(async () => {
        const { stored, handled } = await credits.findFor(id, message.id);
        if (handled) return;
        const decision = decideCredit(stored?.state, message.data, message.time);
        if (decision.kind === 'nothing') return;
        const { customerId, orderId, points } = decision.credit;
        await credits.commit({
          id,
          basedOn: stored,
          state: decision.credit,
          events: [newEvent(pointsCreditedV1, { customerId, orderId, points })],
          cause: { correlationId: message.correlationid, causationId: message.id },
          message: { messageId: message.id, outcome: { points } },
        });
      });
    } catch (error) {
      if (!(error instanceof DuplicateMessageError)) throw error;
    }
  };
