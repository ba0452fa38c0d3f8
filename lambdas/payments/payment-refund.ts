import type { Payment } from './payment';

export type RefundDecision =
  /** Ask the provider to void the charge's key: whatever we know, a charge may have happened or be under way. */
  { readonly kind: 'void' } | { readonly kind: 'nothing-charged' };

/** What the refund of an order has to do. */
export const decideRefund = (stored: Payment | undefined): RefundDecision => {
  switch (stored?.status) {
    case undefined:
    case 'CHARGED':
      return { kind: 'void' };
    case 'DECLINED':
    case 'REFUNDED':
      return { kind: 'nothing-charged' };
  }
};
