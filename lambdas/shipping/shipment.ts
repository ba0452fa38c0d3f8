/**
 * What an order has to do with the carrier. BOOKED is a semantic lock: the parcel waits until the order is confirmed
 * (then it is DISPATCHED) or its booking is undone (then it is RECALLED). REFUSED, RECALLED and DISPATCHED are final.
 * A recall that came before its booking leaves RECALLED without a parcel, the tombstone on which the late
 * booking is refused. The address is never stored.
 */
export type Shipment =
  | {
      readonly status: 'BOOKED';
      /** The parcel, as the carrier knows it. */
      readonly parcelId: string;
      readonly bookedAt: string;
    }
  | { readonly status: 'REFUSED'; readonly reason: string; readonly refusedAt: string }
  | { readonly status: 'RECALLED'; readonly parcelId?: string; readonly recalledAt: string }
  | { readonly status: 'DISPATCHED'; readonly parcelId: string; readonly dispatchedAt: string };
