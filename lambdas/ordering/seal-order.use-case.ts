import type { CustomerSealer } from '../shared/subject-seals';
import type { Order } from './order';
import { sealedOrderField } from './order-saga.contract';
import { isOpenOrder, sealableOf, withSeals } from './order-sealing';

/**
 * Seals everything personal of an order with its customer's key; an order that is sealed is answered as it is.
 * @throws SubjectErasedError the customer's data were erased
 */
export const sealOrder =
  ({ sealerOf }: { readonly sealerOf: CustomerSealer }) =>
  async (order: Order): Promise<Order> => {
    if (!isOpenOrder(order)) return order;
    const { customerId, orderId } = order;
    const place = (field: 'shipTo' | 'paymentMethod' | 'fingerprint') => sealedOrderField(orderId, field);
    const { shipTo, paymentMethod, fingerprint } = sealableOf(order);
    const seal = await sealerOf(customerId);
    return withSeals(order, {
      shipTo: seal(place('shipTo'), shipTo),
      paymentMethod: seal(place('paymentMethod'), paymentMethod),
      fingerprint: seal(place('fingerprint'), fingerprint),
    });
  };
