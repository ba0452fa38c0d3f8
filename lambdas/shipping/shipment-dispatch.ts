import type { Shipment } from './shipment';

export type DispatchDecision =
  | { readonly kind: 'dispatch'; readonly parcelId: string }
  | { readonly kind: 'already' }
  /** A confirmed order must have a booked parcel; something else has to be mended first. */
  | { readonly kind: 'not-booked'; readonly status: string };

/** What a confirmed order's parcel needs. */
export const decideDispatch = (stored: Shipment | undefined): DispatchDecision => {
  switch (stored?.status) {
    case 'BOOKED':
      return { kind: 'dispatch', parcelId: stored.parcelId };
    case 'DISPATCHED':
      return { kind: 'already' };
    case undefined:
    case 'REFUSED':
    case 'RECALLED':
      return { kind: 'not-booked', status: stored?.status ?? 'unknown' };
  }
};
