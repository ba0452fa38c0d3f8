import * as z from 'zod/mini';
import { apiContract } from '../shared/api-contract';
import { auditTrailEnv } from '../shared/audit-trail-env';
import { awsRegionEnv } from '../shared/read-env';
import { orderPath } from './order-route.contract';
import { orderSchemaEnv } from './order-schema.contract';

/** Environment of cancel-order. */
export const cancelOrderEnv = z.object({
  ...awsRegionEnv,
  ...auditTrailEnv,
  /** Ordering's own table. */
  ORDERS_TABLE: z.string().check(z.minLength(3)),
  ...orderSchemaEnv,
  /** Name and alias of this function, the same in every region of the stage: who has an order is asked to cancel it. */
  HOME_FUNCTION: z.string().check(z.regex(/^[\w-]{1,64}:[\w-]+$/)),
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

/** `POST /v1/orders/{orderId}/cancel`: shows nothing personal, but changes what becomes of a customer's order. */
export const cancelOrderRoute = apiContract({
  path: orderPath,
  success: cancelledOrder,
  audit: { action: 'order.cancel', purpose: 'order-handling', subject: ({ path }) => `order/${path.orderId}` },
});
