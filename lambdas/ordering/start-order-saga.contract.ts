import * as z from 'zod/mini';
import { consumerEnv } from '../shared/consumer-env';
import { awsRegionEnv } from '../shared/read-env';
import { orderSchemaEnv } from './order-schema.contract';

/** Environment of start-order-saga. */
export const startOrderSagaEnv = z.object({
  ...awsRegionEnv,
  ...consumerEnv,
  /** Ordering's own table. */
  ORDERS_TABLE: z.string().check(z.minLength(3)),
  ...orderSchemaEnv,
  /** ARN of the order saga's state machine. */
  ORDER_SAGA_ARN: z.string().check(z.startsWith('arn:')),
});
export type StartOrderSagaEnv = z.input<typeof startOrderSagaEnv>;
