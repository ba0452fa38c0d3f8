import type { Payment, VoidingPayment } from './payment';

export type RefundDecision =
  /** Bar the charge first, then ask the provider to void its key: whatever we know, a charge may have happened or be under way. */
  | { readonly kind: 'begin'; readonly voiding: VoidingPayment }
  /** Begun before: ask the provider (again). */
  | { readonly kind: 'void'; readonly voiding: VoidingPayment }
  | { readonly kind: 'nothing-charged' };

/** What the refund of an order has to do; `currency` is the order's. */
export const decideRefund = (stored: Payment | undefined, currency: string, now: Date): RefundDecision => {
  const begun = { status: 'VOIDING', voidingSince: now.toISOString() } as const;
  switch (stored?.status) {
    case undefined:
      return { kind: 'begin', voiding: { ...begun, currency } };
    case 'CHARGED': {
      const { amountMinor, chargeId, chargedAt } = stored;
      const charged = { amountMinor, chargeId, chargedAt };
      return { kind: 'begin', voiding: { ...begun, currency: stored.currency, charged } };
    }
    case 'VOIDING':
      return { kind: 'void', voiding: stored };
    case 'DECLINED':
    case 'REFUNDED':
      return { kind: 'nothing-charged' };
  }
};
