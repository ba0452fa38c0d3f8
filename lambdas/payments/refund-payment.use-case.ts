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
 * Undoes an order's charge, once, also one that is still under way or that we never heard of. Two writes: VOIDING first, on which
 * every later charge is refused even if the provider is down for days; then the provider voids the charge's key, and
 * REFUNDED is written with its event. A charge that commits before VOIDING makes that write stale, and the next round finds it; one that
 * comes after it is refused by our table, and by the provider once the key is void.
 * @throws ProviderUnavailableError the void may or may not have happened; the saga tries again
 * @throws IncompleteRefundError the provider gave back another amount than it charged; the payment stays VOIDING
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
      const decision = decideRefund(stored?.state, currency, clock.now());
      if (decision.kind === 'nothing-charged') return { outcome: 'done', detail: { refundedMinor: 0 } };
      const { voiding } = decision;
      const begun =
        decision.kind === 'begin'
          ? await payments.commit({ id: orderId, basedOn: stored, state: voiding, events: [], cause })
          : stored;
      const keys = { chargeKey: chargeKeyOf(orderId), voidKey: refundKeyOf(orderId) };
      const { refundedMinor } = await provider.void({ ...keys, reference: orderId });
      if (voiding.charged !== undefined && voiding.charged.amountMinor !== refundedMinor)
        throw new IncompleteRefundError(orderId, { ...voiding.charged, currency: voiding.currency }, refundedMinor);
      const refundedAt = clock.now().toISOString();
      const state: RefundedPayment = { status: 'REFUNDED', refundedMinor, currency: voiding.currency, refundedAt };
      const events = [paymentEvent(orderId, state)];
      await payments.commit({ id: orderId, basedOn: begun, state, events, cause });
      return { outcome: 'done', detail: { refundedMinor } };
    });
