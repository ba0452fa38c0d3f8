import * as z from 'zod/mini';
import { SchemaHistory } from '../shared/schema-history';
import { deliveryAddressOf, type ShippingAddress, shippingAddressOf } from './delivery-address';
import type { Order } from './order';

/** An order as version 1 stores it: house number and street are one text. */
type OrderV1 = Omit<Order, 'shipTo'> & { readonly shipTo: ShippingAddress };

const text = z.string();

/** The versions of the form in which orders are stored. 2: the house number of the address has a field of its own. */
export const orderHistory = SchemaHistory.of<OrderV1>(
  'order',
  z.looseObject({ shipTo: z.looseObject({ street: text }) }),
).next<Order>({
  schema: z.looseObject({ shipTo: z.looseObject({ street: text, houseNumber: text }) }),
  up: ({ shipTo, ...order }) => ({ ...order, shipTo: deliveryAddressOf(shipTo) }),
  down: ({ shipTo, ...order }) => ({ ...order, shipTo: shippingAddressOf(shipTo) }),
});
