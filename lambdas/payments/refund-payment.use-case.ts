import type { Clock } from '../shared/clock.port';
import type { EntityStore } from '../shared/entity-store.port';
import type { SagaStepRequest, StepOutcome } from '../shared/saga-step.contract';
import { causeOfStep } from '../shared/saga-step-cause';
import { untilFresh } from '../shared/until-fresh';
import type { Payment, RefundedPayment } from './payment';
import { IncompleteRefundError } from './payment.errors';
import { paymentEvent } from './payment-events';
import { chargeKeyOf, refundKeyOf } from './payment-keys';
import type { PaymentProvider } from './payment-provider.port';
import { decideRefund } from './payment-refund';
import type { RefundPaymentData } from './refund-payment.contract';

export interface RefundPaymentDeps {
  readonly payments: EntityStore<Payment>;
  readonly provider: PaymentProvider;
  readonly clock: Clock;
}

/**
 * Undoes an order's charge, once, also one that is still under way or that we never heard of: the provider voids the
 * charge's key first, then the table remembers. A charge that commits in between makes the commit stale; the next round finds it,
 * asks for the same void again and commits on top of it.
 * @throws ProviderUnavailableError the void may or may not have happened; the saga tries again
 * @throws IncompleteRefundError the provider gave back another amount than it charged
 * @throws StaleEntityError the payment kept changing; the saga tries again
 */
export const refundPayment =
  ({ payments, provider, clock }: RefundPaymentDeps) =>
  (request: SagaStepRequest<RefundPaymentData>): Promise<StepOutcome> =>
    untilFresh(async () => {
      const { orderId, currency } = request.data;
      const cause = causeOfStep(request);
      // A region that was evacuated must not give money back for an order that its successor has brought to a good end.
      const stored = await payments.claim(orderId, await payments.find(orderId), cause);
      if (decideRefund(stored?.state).kind === 'nothing-charged')
        return { outcome: 'done', detail: { refundedMinor: 0 } };
      const keys = { chargeKey: chargeKeyOf(orderId), voidKey: refundKeyOf(orderId) };
      const { refundedMinor } = await provider.void({ ...keys, reference: orderId });
      if (stored?.state.status === 'CHARGED' && stored.state.amountMinor !== refundedMinor)
        throw new IncompleteRefundError(orderId, stored.state, refundedMinor);
      const refundedAt = clock.now().toISOString();
      const state: RefundedPayment = { status: 'REFUNDED', refundedMinor, currency, refundedAt };
      const events = [paymentEvent(orderId, state)];
      await payments.commit({ id: orderId, basedOn: stored, state, events, cause });
      return { outcome: 'done', detail: { refundedMinor } };
    });
