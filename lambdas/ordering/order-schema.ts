import * as z from 'zod/mini';
import { SchemaHistory } from '../shared/schema-history';
import { sealedText } from '../shared/sealed';
import { type DeliveryAddress, deliveryAddressOf, type ShippingAddress, shippingAddressOf } from './delivery-address';
import type { Order } from './order';
import { SealedOrderError } from './order.errors';
import { isOpenOrder, isSealedOrder } from './order-sealing';

/** An order as version 2 stores it: nothing is sealed. */
type OrderV2 = Omit<Order, 'shipTo' | 'country'> & { readonly shipTo: DeliveryAddress };

/** An order as version 1 stores it: house number and street are one text. */
type OrderV1 = Omit<OrderV2, 'shipTo'> & { readonly shipTo: ShippingAddress };

const text = z.string();

/**
 * The versions of the form in which orders are stored. 2: the house number of the address has a field of its own. 3: what is personal is
 * sealed, as the carrier and the provider know it, and the country stands beside it; no upcaster can seal, so that an open order stays in
 * version 2 until a backfill seals it.
 */
export const orderHistory = SchemaHistory.of<OrderV1>(
  'order',
  z.looseObject({ shipTo: z.looseObject({ street: text }) }),
)
  .next<OrderV2>({
    schema: z.looseObject({ shipTo: z.looseObject({ street: text, houseNumber: text }) }),
    up: ({ shipTo, ...order }) => ({ ...order, shipTo: deliveryAddressOf(shipTo) }),
    down: ({ shipTo, ...order }) => ({ ...order, shipTo: shippingAddressOf(shipTo) }),
  })
  .next<Order>({
    schema: z.looseObject({ shipTo: sealedText, paymentMethod: sealedText, fingerprint: sealedText, country: text }),
    up: (order) => ({ ...order, country: order.shipTo.country }),
    down: (order) => {
      if (!isOpenOrder(order)) throw new SealedOrderError(order.orderId);
      const { country: _country, ...open } = order;
      return open;
    },
    takes: isSealedOrder,
  });
