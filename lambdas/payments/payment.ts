/**
 * What an order has to do with money, in minor units (cents) of `currency`. CHARGED is a semantic lock: only the order's own refund
 * undoes it. VOIDING says that the refund has begun, before the provider is asked: from then on no charge of the order is
 * started, however long the provider is down. DECLINED and REFUNDED are final. A refund that came before its charge leaves
 * REFUNDED with nothing returned, the tombstone on which the late charge is refused. The payment method is no part of it.
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
      readonly status: 'VOIDING';
      readonly currency: string;
      /** What is to be given back; absent when we knew of no charge. One may have happened, or be under way, all the same. */
      readonly charged?: { readonly amountMinor: number; readonly chargeId: string; readonly chargedAt: string };
      readonly voidingSince: string;
    }
  | {
      readonly status: 'REFUNDED';
      readonly refundedMinor: number;
      readonly currency: string;
      readonly refundedAt: string;
    };

/** A payment whose refund has begun and has not been answered. */
export type VoidingPayment = Extract<Payment, { status: 'VOIDING' }>;

/** A payment of which others are told. */
export type ToldPayment = Exclude<Payment, VoidingPayment>;

/** A payment whose money went back, or will never be taken. */
export type RefundedPayment = Extract<Payment, { status: 'REFUNDED' }>;
