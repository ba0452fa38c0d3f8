import * as z from 'zod/mini';
import { orderSagaData } from '../ordering/order-saga.contract';
import { wholeNumber } from '../shared/consumer-env';
import { awsRegionEnv } from '../shared/read-env';
import { subjectKeysEnv } from '../shared/subject-keys-env';

/** Environment of book-shipment. */
export const bookShipmentEnv = z.object({
  ...awsRegionEnv,
  /** Shipping's own table. */
  SHIPPING_TABLE: z.string().check(z.minLength(3)),
  /** Secrets Manager secret with the carrier's `{url, apiKey}`. */
  CARRIER_SECRET_ARN: z.string().check(z.minLength(3)),
  /** How long one HTTP try may take. */
  CARRIER_TIMEOUT_MILLISECONDS: wholeNumber,
  ...subjectKeysEnv,
});
export type BookShipmentEnv = z.input<typeof bookShipmentEnv>;

/** What book-shipment reads of the order saga's payload. The address is sealed: it is opened for the carrier and for nobody else. */
export const bookShipmentData = z.pick(orderSagaData, { orderId: true, customerId: true, shipTo: true });
export type BookShipmentData = z.infer<typeof bookShipmentData>;
