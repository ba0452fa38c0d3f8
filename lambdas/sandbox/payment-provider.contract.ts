import * as z from 'zod/mini';
import { reference, sandboxEnv } from './sandbox.contract';

/** Environment of payment-provider. */
export const paymentProviderEnv = z.object(sandboxEnv);
export type PaymentProviderEnv = z.input<typeof paymentProviderEnv>;

/** Body of `POST /charges`; see `contracts/openapi/payment-provider-v1.yaml`. */
export const chargeBody = z.strictObject({
  reference,
  /** Minor units (cents) of `currency`. */
  amountMinor: z.int().check(z.minimum(1)),
  currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
  paymentMethod: z.string().check(z.minLength(1), z.maxLength(64)),
});

/** The payment method that is always declined. */
export const declinedPaymentMethod = 'pm_declined';
