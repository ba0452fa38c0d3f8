import * as z from 'zod/mini';
import { orderSagaData } from '../ordering/order-saga.contract';
import { wholeNumber } from '../shared/consumer-env';
import { awsRegionEnv } from '../shared/read-env';

/** Environment of recall-shipment. */
export const recallShipmentEnv = z.object({
  ...awsRegionEnv,
  /** Shipping's own table. */
  SHIPPING_TABLE: z.string().check(z.minLength(3)),
  /** Secrets Manager secret with the carrier's `{url, apiKey}`. */
  CARRIER_SECRET_ARN: z.string().check(z.minLength(3)),
  /** How long one HTTP try may take. */
  CARRIER_TIMEOUT_MILLISECONDS: wholeNumber,
});
export type RecallShipmentEnv = z.input<typeof recallShipmentEnv>;

/** What recall-shipment reads of the order saga's payload: which parcel was booked it knows itself. */
export const recallShipmentData = z.pick(orderSagaData, { orderId: true });
export type RecallShipmentData = z.infer<typeof recallShipmentData>;
