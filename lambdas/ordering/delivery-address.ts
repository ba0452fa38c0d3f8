import type * as z from 'zod/mini';
import type { shippingAddress } from './order-saga.contract';

/** An address as the API, the saga and the carrier know it: `street` holds the house number, too. */
export type ShippingAddress = z.infer<typeof shippingAddress>;

/** An address as ordering stores it, with the house number apart. */
export interface DeliveryAddress extends ShippingAddress {
  /** Without the house number, if that could be told from it. */
  readonly street: string;
  /** Empty when `street` is all that is known. */
  readonly houseNumber: string;
}

/** Digits first, then what door and flat numbers are made of: `10`, `10b`, `221B`, `7/2`, `12-14`. */
const houseNumberForm = /^\d+[\p{Letter}\d/-]*$/u;

/**
 * Takes the house number out of the street: the last word, if it is a number and stands behind one space and no comma. Everything else stays in
 * `street`, so that `shippingAddressOf` gives back the same text, whatever it was.
 */
export const deliveryAddressOf = <Address extends ShippingAddress>(address: Address): Address & DeliveryAddress => {
  const last = address.street.lastIndexOf(' ');
  const [street, houseNumber] = [address.street.slice(0, last), address.street.slice(last + 1)];
  const isApart = last > 0 && !/[\s,]$/.test(street) && houseNumberForm.test(houseNumber);
  return isApart ? { ...address, street, houseNumber } : { ...address, houseNumber: '' };
};

/** The address as everybody else knows it. */
export const shippingAddressOf = ({ houseNumber, ...address }: DeliveryAddress): ShippingAddress => ({
  ...address,
  street: houseNumber === '' ? address.street : `${address.street} ${houseNumber}`,
});
