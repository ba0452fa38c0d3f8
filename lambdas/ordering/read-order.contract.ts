import * as z from 'zod/mini';
import { apiContract } from '../shared/api-contract';
import { auditTrailEnv } from '../shared/audit-trail-env';
import { awsRegionEnv } from '../shared/read-env';
import { personal } from '../shared/sensitive';
import { orderPath } from './order-route.contract';
import { orderLine } from './order-saga.contract';
import { orderSchemaEnv } from './order-schema.contract';

/** Environment of read-order. */
export const readOrderEnv = z.object({
  ...awsRegionEnv,
  ...auditTrailEnv,
  /** Ordering's own table. */
  ORDERS_TABLE: z.string().check(z.minLength(3)),
  ...orderSchemaEnv,
});
/** What read-order is deployed with: every value is text. */
export type ReadOrderEnv = z.input<typeof readOrderEnv>;

const at = z.iso.datetime();

/** Answer of `GET /v1/orders/{orderId}`: nothing of how it is paid or where it goes. */
export const orderView = z.object({
  orderId: z.uuid(),
  status: z.enum(['PENDING', 'CONFIRMED', 'REJECTED', 'CANCELLING', 'CANCELLED', 'PARKED']),
  reason: z.optional(z.string()),
  customerId: personal(z.string()),
  placedAt: at,
  cancelRequestedAt: z.optional(at),
  closedAt: z.optional(at),
  currency: z.string(),
  totalMinor: z.int(),
  lines: z.array(orderLine),
  steps: z.array(
    z.object({ step: z.string(), outcome: z.enum(['done', 'refused']), at, reason: z.optional(z.string()) }),
  ),
  freshness: z.object({ servedFrom: z.string(), homeRegion: z.string(), asOf: z.optional(at) }),
});
/** The answer before it is checked. */
export type OrderView = z.input<typeof orderView>;

/** `GET /v1/orders/{orderId}`. */
export const readOrderRoute = apiContract({
  path: orderPath,
  success: orderView,
  audit: { action: 'order.read', purpose: 'order-handling', subject: ({ path }) => `order/${path.orderId}` },
});
