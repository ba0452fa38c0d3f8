import type { StepOutcome } from '../shared/saga-step.contract';
import type { Payment, ToldPayment } from './payment';
import type { ChargeAnswer } from './payment-provider.port';

/** What is to be charged for an order, in minor units of `currency`. */
export interface AmountDue {
  readonly amountMinor: number;
  readonly currency: string;
}

export type ChargeDecision =
  | { readonly kind: 'charge' }
  | { readonly kind: 'answer'; readonly outcome: StepOutcome }
  /** The order was charged another amount: two different commands claim to be the same payment. */
  | { readonly kind: 'contradiction'; readonly charged: AmountDue };

/** The answer that a known payment gives to every further request to charge its order. */
export const chargeOutcome = (payment: Payment): StepOutcome => {
  switch (payment.status) {
    case 'CHARGED':
      return { outcome: 'done', detail: { chargeId: payment.chargeId } };
    case 'DECLINED':
      return { outcome: 'refused', reason: payment.reason };
    case 'VOIDING':
    case 'REFUNDED':
      return { outcome: 'refused', reason: 'compensated-first' };
  }
};

/** Whether the provider is to be asked, or what the payment's earlier fate answers. */
export const decideCharge = (stored: Payment | undefined, due: AmountDue): ChargeDecision => {
  if (stored === undefined) return { kind: 'charge' };
  if (stored.status === 'CHARGED') {
    const { amountMinor, currency } = stored;
    if (amountMinor !== due.amountMinor || currency !== due.currency)
      return { kind: 'contradiction', charged: { amountMinor, currency } };
  }
  return { kind: 'answer', outcome: chargeOutcome(stored) };
};

/** The payment that the provider's definite answer makes. */
export const paymentAfter = (answer: ChargeAnswer, { amountMinor, currency }: AmountDue, now: Date): ToldPayment => {
  const at = now.toISOString();
  switch (answer.kind) {
    case 'charged':
      return { status: 'CHARGED', amountMinor, currency, chargeId: answer.chargeId, chargedAt: at };
    case 'declined':
      return { status: 'DECLINED', amountMinor, currency, reason: answer.reason, declinedAt: at };
    case 'voided':
      // Our own refund came first. Our table says so, too, and the commit will meet it there; unless the table was restored to
      // a time before: the provider's word stands then.
      return { status: 'REFUNDED', refundedMinor: 0, currency, refundedAt: at };
  }
};
