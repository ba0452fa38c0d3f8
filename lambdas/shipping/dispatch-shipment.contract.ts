import * as z from 'zod/mini';
import { consumerEnv, wholeNumber } from '../shared/consumer-env';
import { awsRegionEnv } from '../shared/read-env';

/** Environment of dispatch-shipment. */
export const dispatchShipmentEnv = z.object({
  ...awsRegionEnv,
  ...consumerEnv,
  /** Shipping's own table. */
  SHIPPING_TABLE: z.string().check(z.minLength(3)),
  /** Secrets Manager secret with the carrier's `{url, apiKey}`. */
  CARRIER_SECRET_ARN: z.string().check(z.minLength(3)),
  /** How long one HTTP try may take. */
  CARRIER_TIMEOUT_MILLISECONDS: wholeNumber,
});
export type DispatchShipmentEnv = z.input<typeof dispatchShipmentEnv>;
