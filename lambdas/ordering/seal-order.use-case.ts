import type { FieldSealer } from '../shared/subject-seals';
import type { Order } from './order';
import { sealedOrderField } from './order-saga.contract';
import { isOpenOrder, sealableOf, withSeals } from './order-sealing';

/**
 * Seals everything personal of an order with its customer's key; an order that is sealed is answered as it is.
 * @throws SubjectErasedError the customer's data were erased
 */
export const sealOrder =
  ({ seal }: { readonly seal: FieldSealer }) =>
  async (order: Order): Promise<Order> => {
    if (!isOpenOrder(order)) return order;
    const { customerId, orderId } = order;
    const place = (field: 'shipTo' | 'paymentMethod' | 'fingerprint') => ({
      customerId,
      field: sealedOrderField(orderId, field),
    });
    const { shipTo, paymentMethod, fingerprint } = sealableOf(order);
    // One after the other: the first of them brings the key, and the others find it.
    return withSeals(order, {
      shipTo: await seal(place('shipTo'), shipTo),
      paymentMethod: await seal(place('paymentMethod'), paymentMethod),
      fingerprint: await seal(place('fingerprint'), fingerprint),
    });
  };
