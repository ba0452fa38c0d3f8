import type { Shipment } from './shipment';

export type RecallDecision =
  /** Ask the carrier to recall the parcel's key: whatever we know, a booking may have happened or be under way. */
  { readonly kind: 'recall' } | { readonly kind: 'nothing-booked' } | { readonly kind: 'too-late' };

/** What the recall of an order's parcel has to do. */
export const decideRecall = (stored: Shipment | undefined): RecallDecision => {
  switch (stored?.status) {
    case undefined:
    case 'BOOKED':
      return { kind: 'recall' };
    case 'REFUSED':
    case 'RECALLED':
      return { kind: 'nothing-booked' };
    case 'DISPATCHED':
      return { kind: 'too-late' };
  }
};
