import * as z from 'zod/mini';
import { orderSagaData } from '../ordering/order-saga.contract';
import { awsRegionEnv } from '../shared/read-env';

/** Environment of release-stock. */
export const releaseStockEnv = z.object({
  ...awsRegionEnv,
  /** Inventory's own table. */
  INVENTORY_TABLE: z.string().check(z.minLength(3)),
});
export type ReleaseStockEnv = z.input<typeof releaseStockEnv>;

/** What release-stock reads of the order saga's payload: the reservation knows its lines itself. */
export const releaseStockData = z.pick(orderSagaData, { orderId: true });
export type ReleaseStockData = z.infer<typeof releaseStockData>;
