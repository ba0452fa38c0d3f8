import type { AmountDue } from './payment-charge';

/** Two different commands claim to be the same payment; a person has to find out which one is meant. */
export class ContradictingChargeError extends Error {
  override readonly name = 'ContradictingChargeError';
  constructor(
    readonly orderId: string,
    explanation: string,
    options?: ErrorOptions,
  ) {
    super(`charge of order ${orderId}: ${explanation}`, options);
  }
}

/** The provider gave back another amount than was charged. The payment stays VOIDING; the saga tries again, then parks the case. */
export class IncompleteRefundError extends Error {
  override readonly name = 'IncompleteRefundError';
  constructor(
    readonly orderId: string,
    readonly charged: AmountDue,
    readonly refundedMinor: number,
    options?: ErrorOptions,
  ) {
    const { amountMinor, currency } = charged;
    super(
      `refund of order ${orderId}: ${refundedMinor} of ${amountMinor} minor units of ${currency} given back`,
      options,
    );
  }
}
