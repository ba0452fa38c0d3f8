import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';

const wholeNumber = z.pipe(z.string().check(z.regex(/^[1-9]\d{0,8}$/)), z.transform(Number));

/** Environment of start-order-saga. */
export const startOrderSagaEnv = z.object({
  ...awsRegionEnv,
  /** Ordering's own table. */
  ORDERS_TABLE: z.string().check(z.minLength(3)),
  /** ARN of the order saga's state machine. */
  ORDER_SAGA_ARN: z.string().check(z.startsWith('arn:')),
  /** How long a handled event is remembered: longer than its longest possible redelivery. */
  INBOX_RETENTION_SECONDS: wholeNumber,
  /** How often a message is tried before its order is parked. */
  ATTEMPTS: wholeNumber,
  /** Name of the consumer: part of its inbox markers' keys. */
  CONSUMER: z.string().check(z.minLength(1)),
  /** The queue it drains. */
  QUEUE_URL: z.url(),
});
export type StartOrderSagaEnv = z.input<typeof startOrderSagaEnv>;
