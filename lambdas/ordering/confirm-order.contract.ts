import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';
import type { SagaStepRequest } from '../shared/saga-step.contract';
import { orderSagaData } from './order-saga.contract';
import { orderSchemaEnv } from './order-schema.contract';

/** Environment of confirm-order. */
export const confirmOrderEnv = z.object({
  ...awsRegionEnv,
  /** Ordering's own table. */
  ORDERS_TABLE: z.string().check(z.minLength(3)),
  ...orderSchemaEnv,
});
/** What confirm-order is deployed with: every value is text. */
export type ConfirmOrderEnv = z.input<typeof confirmOrderEnv>;

/** The pivot needs nothing of the saga's payload but the order's id. */
export const orderToConfirm = z.pick(orderSagaData, { orderId: true });
/** What confirm-order is called with. */
export type ConfirmOrderRequest = SagaStepRequest<z.infer<typeof orderToConfirm>>;
