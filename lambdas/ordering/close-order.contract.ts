import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';
import type { SagaStepRequest } from '../shared/saga-step.contract';
import { orderSagaData } from './order-saga.contract';
import { orderSchemaEnv } from './order-schema.contract';

/** Environment of close-order. */
export const closeOrderEnv = z.object({
  ...awsRegionEnv,
  /** Ordering's own table. */
  ORDERS_TABLE: z.string().check(z.minLength(3)),
  ...orderSchemaEnv,
});
/** What close-order is deployed with: every value is text. */
export type CloseOrderEnv = z.input<typeof closeOrderEnv>;

/** What a chain of compensations has left behind; `data` of a step's request. */
export const compensationEnd = z.object({
  orderId: orderSagaData.shape.orderId,
  /** Compensations that were parked on the way; empty when everything is undone. */
  parked: z.array(z.string()),
  /** Why the saga turned round, for people. */
  reason: z.string(),
});
/** What close-order is called with. */
export type CloseOrderRequest = SagaStepRequest<z.infer<typeof compensationEnd>>;
