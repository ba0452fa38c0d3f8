import * as z from 'zod/mini';
import { orderSagaData } from '../ordering/order-saga.contract';
import { wholeNumber } from '../shared/consumer-env';
import { awsRegionEnv } from '../shared/read-env';

/** Environment of refund-payment. */
export const refundPaymentEnv = z.object({
  ...awsRegionEnv,
  /** Payments' own table. */
  PAYMENTS_TABLE: z.string().check(z.minLength(3)),
  /** Secrets Manager secret with the provider's `{url, apiKey}`. */
  PROVIDER_SECRET_ARN: z.string().check(z.minLength(3)),
  /** How long one HTTP try may take. */
  PROVIDER_TIMEOUT_MILLISECONDS: wholeNumber,
});
export type RefundPaymentEnv = z.input<typeof refundPaymentEnv>;

/** What refund-payment reads of the order saga's payload: what was charged it knows itself. */
export const refundPaymentData = z.pick(orderSagaData, { orderId: true, currency: true });
export type RefundPaymentData = z.infer<typeof refundPaymentData>;
