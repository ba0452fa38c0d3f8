import { isSealed, type Sealed } from '../shared/sealed';
import { type DeliveryAddress, type ShippingAddress, shippingAddressOf } from './delivery-address';
import type { Order } from './order';

/** An order that was placed before there were seals. */
export interface OpenOrder extends Order {
  readonly shipTo: DeliveryAddress;
}

/** What is sealed of an order. */
export interface SealedFields {
  readonly shipTo: Sealed<ShippingAddress>;
  readonly paymentMethod: Sealed<string>;
  readonly fingerprint: Sealed<string>;
}

/** Whether everything personal of an order is sealed. */
export const isSealedOrder = ({ shipTo, paymentMethod, fingerprint }: Order): boolean =>
  [shipTo, paymentMethod, fingerprint].every((field) => isSealed(field));

/** Whether nothing of it is. */
export const isOpenOrder = (order: Order): order is OpenOrder => !isSealed(order.shipTo);

/** What of an order is to be sealed, as it is opened again: the address as the carrier knows it. */
export const sealableOf = ({ shipTo, paymentMethod, fingerprint }: OpenOrder) => ({
  shipTo: shippingAddressOf(shipTo),
  paymentMethod,
  fingerprint,
});

/** The order with its seals in place of what they hold. */
export const withSeals = (order: OpenOrder, sealed: SealedFields): Order => ({ ...order, ...sealed });
