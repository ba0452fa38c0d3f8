import * as z from 'zod/mini';
import { orderSagaData } from '../ordering/order-saga.contract';
import { defineCommand } from '../shared/command-contract';
import { consumerEnv, wholeNumber } from '../shared/consumer-env';
import { awsRegionEnv } from '../shared/read-env';
import { subjectKeysEnv } from '../shared/subject-keys-env';

/** Environment of charge-payment. */
export const chargePaymentEnv = z.object({
  ...awsRegionEnv,
  ...consumerEnv,
  /** Payments' own table. */
  PAYMENTS_TABLE: z.string().check(z.minLength(3)),
  /** Secrets Manager secret with the provider's `{url, apiKey}`. */
  PROVIDER_SECRET_ARN: z.string().check(z.minLength(3)),
  /** How long one HTTP try may take. */
  PROVIDER_TIMEOUT_MILLISECONDS: wholeNumber,
  ...subjectKeysEnv,
});
export type ChargePaymentEnv = z.input<typeof chargePaymentEnv>;

/**
 * What charge-payment reads of the order saga's payload: amounts in minor units of `currency`. Commands from before there were seals name no
 * customer, and a payment method that needs none to be read.
 */
export const chargePaymentData = z.extend(
  z.pick(orderSagaData, { orderId: true, totalMinor: true, currency: true, paymentMethod: true }),
  { customerId: z.optional(orderSagaData.shape.customerId) },
);
export type ChargePaymentData = z.infer<typeof chargePaymentData>;

/** The command that asks for an order to be charged; subject `order/<orderId>`. */
export const chargePaymentCommand = defineCommand('payments.ChargePayment.v1', chargePaymentData);
