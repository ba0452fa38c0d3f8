/**
 * What an order has to do with money, in minor units (cents) of `currency`. CHARGED is a semantic lock: only the order's own refund
 * undoes it. DECLINED and REFUNDED are final. A refund that came before its charge leaves REFUNDED with nothing
 * returned, the tombstone on which the late charge is refused. The payment method is never stored.
 */
export type Payment =
  | {
      readonly status: 'CHARGED';
      readonly amountMinor: number;
      readonly currency: string;
      /** The charge, as the provider knows it: what its support asks for. */
      readonly chargeId: string;
      readonly chargedAt: string;
    }
  | {
      readonly status: 'DECLINED';
      readonly amountMinor: number;
      readonly currency: string;
      readonly reason: string;
      readonly declinedAt: string;
    }
  | {
      readonly status: 'REFUNDED';
      readonly refundedMinor: number;
      readonly currency: string;
      readonly refundedAt: string;
    };

/** A payment whose money went back, or will never be taken. */
export type RefundedPayment = Extract<Payment, { status: 'REFUNDED' }>;
