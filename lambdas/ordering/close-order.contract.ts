import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';
import { sagaStepRequest } from '../shared/saga-step.contract';
import { orderSagaData } from './order-saga.contract';

/** Environment of close-order. */
export const closeOrderEnv = z.object({
  ...awsRegionEnv,
  /** Ordering's own table. */
  ORDERS_TABLE: z.string().check(z.minLength(3)),
});
export type CloseOrderEnv = z.input<typeof closeOrderEnv>;

/** The end of a compensation chain, and what it has left behind. */
export const closeOrderRequest = z.extend(sagaStepRequest(z.pick(orderSagaData, { orderId: true })), {
  /** Compensations that were parked on the way; empty when everything is undone. */
  parked: z.array(z.string()),
  /** Why the saga turned round, for people. */
  reason: z.string(),
});
export type CloseOrderRequest = z.infer<typeof closeOrderRequest>;
