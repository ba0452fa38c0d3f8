import * as z from 'zod/mini';
import { apiContract } from '../shared/api-contract';
import { auditTrailEnv } from '../shared/audit-trail-env';
import { deterministicId } from '../shared/deterministic-id';
import { flagsEnv } from '../shared/flag-set.contract';
import { awsRegionEnv } from '../shared/read-env';
import { payment, personal } from '../shared/sensitive';
import { subjectKeysEnv } from '../shared/subject-keys-env';
import { apiCaller } from './order-route.contract';
import { orderLine, orderSagaData, plainText, shippingAddress } from './order-saga.contract';
import { orderSchemaEnv } from './order-schema.contract';

/** Environment of place-order. */
export const placeOrderEnv = z.object({
  ...awsRegionEnv,
  ...flagsEnv,
  ...auditTrailEnv,
  /** Ordering's own table. */
  ORDERS_TABLE: z.string().check(z.minLength(3)),
  ...orderSchemaEnv,
  ...subjectKeysEnv,
});
/** What place-order is deployed with: every value is text. */
export type PlaceOrderEnv = z.input<typeof placeOrderEnv>;

/** Body of `POST /v1/orders`; anything that is not named here is refused. */
export const placeOrderBody = z.strictObject({
  // Part of an event's subject, which SNS and SQS take as message group: no spaces, nothing outside ASCII.
  customerId: personal(z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/))),
  currency: orderSagaData.shape.currency,
  lines: z
    .array(z.strictObject({ sku: orderLine.shape.sku, quantity: orderLine.shape.quantity }))
    .check(z.minLength(1), z.maxLength(50)),
  paymentMethod: payment(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/))),
  shipTo: z.strictObject(shippingAddress.shape),
  metadata: z.optional(
    personal(
      z
        .record(z.string().check(z.regex(/^[A-Za-z0-9_.-]{1,40}$/)), z.string().check(z.maxLength(200), plainText))
        .check(z.refine((metadata) => Object.keys(metadata).length <= 20, 'expected at most 20 keys')),
    ),
  ),
});
/** A body that fits its contract. */
export type PlaceOrderBody = z.infer<typeof placeOrderBody>;

/** Headers of `POST /v1/orders`, by their lower-case names. */
export const placeOrderHeaders = z.object({
  'idempotency-key': z.string().check(z.regex(/^[A-Za-z0-9_-]{16,128}$/)),
});

/** Answer of `POST /v1/orders`, the same for every repeat of the request. */
export const placedOrder = z.object({
  orderId: z.uuid(),
  status: z.literal('PENDING'),
  placedAt: z.iso.datetime(),
  currency: z.string(),
  totalMinor: z.int(),
  lines: z.array(orderLine),
});
/** The answer before it is checked. */
export type PlacedOrder = z.input<typeof placedOrder>;

/** The id of the order that a client asks for under a key: the same for every repeat. */
export const orderIdOf = (clientId: string, idempotencyKey: string): string =>
  deterministicId(clientId, idempotencyKey);

/** `POST /v1/orders`. */
export const placeOrderRoute = apiContract({
  body: placeOrderBody,
  headers: placeOrderHeaders,
  success: placedOrder,
  audit: {
    action: 'order.place',
    purpose: 'order-handling',
    subject: ({ caller, headers }) =>
      `order/${orderIdOf(apiCaller.parse(caller).clientId, headers['idempotency-key'])}`,
  },
});
