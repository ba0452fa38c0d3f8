import * as z from 'zod/mini';
import { orderSagaData } from '../ordering/order-saga.contract';
import { awsRegionEnv } from '../shared/read-env';

/** Environment of reserve-stock. */
export const reserveStockEnv = z.object({
  ...awsRegionEnv,
  /** Inventory's own table. */
  INVENTORY_TABLE: z.string().check(z.minLength(3)),
});
export type ReserveStockEnv = z.input<typeof reserveStockEnv>;

/** What reserve-stock reads of the order saga's payload; the rest, personal data included, is dropped at the door. */
export const reserveStockData = z.pick(orderSagaData, { orderId: true, lines: true });
export type ReserveStockData = z.infer<typeof reserveStockData>;
