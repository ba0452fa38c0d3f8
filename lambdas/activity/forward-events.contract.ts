import * as z from 'zod/mini';
import {
  orderCancelledV1,
  orderConfirmedV1,
  orderPlacedV1,
  orderRejectedV1,
  stockRefusedV1,
  stockReleasedV1,
  stockReservedV1,
} from '../../contracts/avro/events';
import { consumerEnv } from '../shared/consumer-env';
import { awsRegionEnv } from '../shared/read-env';

const streamArn = z.string().check(z.regex(/^arn:[^:]+:kinesis:[^:]+:[^:]*:stream\/.+$/));

/** Environment of forward-events. */
export const forwardEventsEnv = z.object({
  ...awsRegionEnv,
  ...consumerEnv,
  /** Activity's own table. */
  ACTIVITY_TABLE: z.string().check(z.minLength(3)),
  /** The log of what customers do. */
  ACTIVITY_STREAM_ARN: streamArn,
  /** The log of stock movements. */
  STOCK_MOVEMENTS_STREAM_ARN: streamArn,
});
/** What forward-events is deployed with: every value is text. */
export type ForwardEventsEnv = z.input<typeof forwardEventsEnv>;

/**
 * Types of events that go on to each log. All that ordering says of an order, and all that inventory says of a reservation: a consumer of the log
 * takes an entity's next number, and would wait for one that was left out.
 */
export const forwardedTypes = {
  activity: [orderPlacedV1, orderConfirmedV1, orderRejectedV1, orderCancelledV1].map(({ type }) => type),
  stockMovements: [stockReservedV1, stockRefusedV1, stockReleasedV1].map(({ type }) => type),
} as const;
