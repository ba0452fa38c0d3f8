import { type OrderConfirmedV1, pointsCreditedV1 } from '../../contracts/avro/events';
import { DuplicateMessageError } from '../shared/entity-store.errors';
import type { EntityStore } from '../shared/entity-store.port';
import type { Delivered } from '../shared/envelope';
import { newEvent } from '../shared/event-contract';
import { untilFresh } from '../shared/until-fresh';
import { decideCredit, type LoyaltyAccount } from './loyalty-account';

/** What credit-points needs. */
export interface CreditPointsDeps {
  /** One account a customer, under the customer's id. */
  readonly accounts: EntityStore<LoyaltyAccount>;
}

/**
 * Credits the points of a confirmed order. Balance, event and the marker of the message are one transaction, so a message that
 * is delivered again credits nothing.
 */
export const creditPoints =
  ({ accounts }: CreditPointsDeps) =>
  async (message: Delivered<OrderConfirmedV1>): Promise<void> => {
    const { customerId, orderId } = message.data;
    try {
      await untilFresh(async () => {
        const { stored, handled } = await accounts.findFor(customerId, message.id);
        if (handled) return;
        const decision = decideCredit(stored?.state, message.data);
        if (decision.kind === 'nothing') return;
        const { account, points } = decision;
        await accounts.commit({
          id: customerId,
          basedOn: stored,
          state: account,
          events: [newEvent(pointsCreditedV1, { customerId, orderId, points, balance: account.balance })],
          cause: { correlationId: message.correlationid, causationId: message.id },
          message: { messageId: message.id, outcome: { points } },
        });
      });
    } catch (error) {
      if (!(error instanceof DuplicateMessageError)) throw error;
    }
  };
