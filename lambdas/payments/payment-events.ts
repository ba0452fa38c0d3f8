import { paymentChargedV1, paymentDeclinedV1, paymentRefundedV1 } from '../../contracts/avro/events';
import { type NewEvent, newEvent } from '../shared/event-contract';
import type { ToldPayment } from './payment';

/** Says what has become of an order's payment, and nothing of how it is paid. */
export const paymentEvent = (orderId: string, payment: ToldPayment): NewEvent => {
  const { currency } = payment;
  switch (payment.status) {
    case 'CHARGED': {
      const { amountMinor, chargeId } = payment;
      return newEvent(paymentChargedV1, { orderId, amountMinor, currency, chargeId });
    }
    case 'DECLINED': {
      const { amountMinor, reason } = payment;
      return newEvent(paymentDeclinedV1, { orderId, amountMinor, currency, reason });
    }
    case 'REFUNDED':
      return newEvent(paymentRefundedV1, { orderId, amountMinor: payment.refundedMinor, currency });
  }
};
