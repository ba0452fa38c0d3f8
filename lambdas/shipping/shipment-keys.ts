import { deterministicId } from '../shared/deterministic-id';

/** The key an order's parcel is booked under at the carrier: every try of every region uses the same, so it is one parcel. */
export const parcelKeyOf = (orderId: string): string => deterministicId('shipping', orderId, 'parcel');

/** The key under which the order's parcel is recalled. */
export const recallKeyOf = (orderId: string): string => deterministicId('shipping', orderId, 'recall');

/** The key under which the order's parcel is sent on its way. */
export const dispatchKeyOf = (orderId: string): string => deterministicId('shipping', orderId, 'dispatch');
