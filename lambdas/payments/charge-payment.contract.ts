import * as z from 'zod/mini';
import { orderSagaData } from '../ordering/order-saga.contract';
import { defineCommand } from '../shared/command-contract';
import { awsRegionEnv } from '../shared/read-env';

const wholeNumber = z.pipe(z.string().check(z.regex(/^[1-9]\d{0,8}$/)), z.transform(Number));

/** Environment of charge-payment. */
export const chargePaymentEnv = z.object({
  ...awsRegionEnv,
  /** Payments' own table. */
  PAYMENTS_TABLE: z.string().check(z.minLength(3)),
  /** Secrets Manager secret with the provider's `{url, apiKey}`. */
  PROVIDER_SECRET_ARN: z.string().check(z.minLength(3)),
  /** How long one HTTP try may take. */
  PROVIDER_TIMEOUT_MILLISECONDS: wholeNumber,
  /** How long a handled command is remembered: longer than its longest possible redelivery. */
  INBOX_RETENTION_SECONDS: wholeNumber,
  /** How often a message is tried before its order is parked. */
  ATTEMPTS: wholeNumber,
  /** Name of the consumer: part of its inbox markers' keys. */
  CONSUMER: z.string().check(z.minLength(1)),
  /** The queue it drains. */
  QUEUE_URL: z.url(),
});
export type ChargePaymentEnv = z.input<typeof chargePaymentEnv>;

/** What charge-payment reads of the order saga's payload: amounts in minor units of `currency`. */
export const chargePaymentData = z.pick(orderSagaData, {
  orderId: true,
  totalMinor: true,
  currency: true,
  paymentMethod: true,
});
export type ChargePaymentData = z.infer<typeof chargePaymentData>;

/** The command that asks for an order to be charged; subject `order/<orderId>`. */
export const chargePaymentCommand = defineCommand('payments.ChargePayment.v1', chargePaymentData);
