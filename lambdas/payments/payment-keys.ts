import { deterministicId } from '../shared/deterministic-id';

/** The key an order is charged under at the provider: every try of every region uses the same, so it is one charge. */
export const chargeKeyOf = (orderId: string): string => deterministicId('payments', orderId, 'charge');

/** The key under which the order's charge is undone. */
export const refundKeyOf = (orderId: string): string => deterministicId('payments', orderId, 'refund');
