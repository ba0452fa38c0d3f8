import * as z from 'zod/mini';
import { defineCommand } from '../../lambdas/shared/command-contract';

const data = z.object({
  orderId: z.string().check(z.minLength(1)),
  amountMinor: z.int(),
  currency: z.string().check(z.length(3)),
  paymentMethod: z.string().check(z.minLength(1)),
});
export type ChargeCommand = z.infer<typeof data>;

/** The message of the batch benchmark: as small as a command of the saga. */
export const chargeCommand = defineCommand<ChargeCommand>('bench.ChargePayment.v1', data);

/** What the handlers of the batch benchmark throw. */
export class ProviderDownError extends Error {
  override readonly name = 'ProviderDownError';
}

/** A payment method that cannot be charged just now. */
export const FAILING_METHOD = 'pm_down';

/** The business code of both sides: next to nothing, so that what is measured is what surrounds it. */
export const charge = ({ paymentMethod }: ChargeCommand): void => {
  if (paymentMethod === FAILING_METHOD) throw new ProviderDownError('the provider is down');
};
