import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';

/** Environment of cancel-order. */
export const cancelOrderEnv = z.object({
  ...awsRegionEnv,
  /** Ordering's own table. */
  ORDERS_TABLE: z.string().check(z.minLength(3)),
});
/** What cancel-order is deployed with: every value is text. */
export type CancelOrderEnv = z.input<typeof cancelOrderEnv>;

/** Answer of `POST /v1/orders/{orderId}/cancel`, the same however often it is asked. */
export const cancelledOrder = z.object({
  orderId: z.uuid(),
  status: z.literal('CANCELLING'),
  cancelRequestedAt: z.iso.datetime(),
});
/** The answer before it is checked. */
export type CancelledOrder = z.input<typeof cancelledOrder>;
