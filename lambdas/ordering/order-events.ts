import { orderCancelledV1, orderConfirmedV1, orderPlacedV1, orderRejectedV1 } from '../../contracts/avro/events';
import { type NewEvent, newEvent } from '../shared/event-contract';
import type { Order } from './order';

/** Says what was ordered, and nothing of how it is paid or of where it goes but the country. */
export const orderPlaced = (order: Order): NewEvent =>
  newEvent(orderPlacedV1, {
    orderId: order.orderId,
    customerId: order.customerId,
    clientId: order.clientId,
    currency: order.currency,
    totalMinor: order.totalMinor,
    lines: order.lines.map(({ sku, quantity, unitPriceMinor }) => ({ sku, quantity, unitPriceMinor })),
    country: order.country,
  });

/** Says that the order will be delivered. */
export const orderConfirmed = ({ orderId, customerId, currency, totalMinor }: Order): NewEvent =>
  newEvent(orderConfirmedV1, { orderId, customerId, currency, totalMinor });

/** Says that the order could not be fulfilled, and why. */
export const orderRejected = ({ orderId, customerId, reason = 'no reason given' }: Order): NewEvent =>
  newEvent(orderRejectedV1, { orderId, customerId, reason });

/** Says that the client's cancellation was carried out. */
export const orderCancelled = ({ orderId, customerId }: Order): NewEvent =>
  newEvent(orderCancelledV1, { orderId, customerId });
