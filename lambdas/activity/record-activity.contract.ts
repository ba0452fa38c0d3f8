import * as z from 'zod/mini';
import { apiContract } from '../shared/api-contract';
import { auditTrailEnv } from '../shared/audit-trail-env';
import { awsRegionEnv } from '../shared/read-env';
import { personal } from '../shared/sensitive';
import { subjectKeysEnv } from '../shared/subject-keys-env';

/** Environment of record-activity. */
export const recordActivityEnv = z.object({
  ...awsRegionEnv,
  ...auditTrailEnv,
  ...subjectKeysEnv,
  /** Activity's own table: whether the region may write. */
  ACTIVITY_TABLE: z.string().check(z.minLength(3)),
  /** The log of what customers do. */
  ACTIVITY_STREAM_ARN: z.string().check(z.regex(/^arn:[^:]+:kinesis:[^:]+:[^:]*:stream\/.+$/)),
});
/** What record-activity is deployed with: every value is text. */
export type RecordActivityEnv = z.input<typeof recordActivityEnv>;

/** How a customer is called by the shop: part of keys, so nothing outside ASCII. */
export const customerId = personal(z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)));

/** The most events that a request may carry. */
const MAX_EVENTS = 100;

/** The largest number an event may have: positions and waiting events are kept under twelve digits. */
const MAX_SEQUENCE = 999_999_999_999;

const activityEvent = z.strictObject({
  /** Position among the events of the visit: 1, 2, 3 … */
  sequence: z.int().check(z.gte(1), z.lte(MAX_SEQUENCE)),
  kind: z.enum(['viewed', 'searched', 'carted']),
  occurredAt: z.iso.datetime({ offset: true }),
  sku: z.optional(z.string().check(z.regex(/^[A-Z0-9-]{3,32}$/))),
  query: z.optional(
    personal(
      z.string().check(
        z.minLength(1),
        z.maxLength(200),
        z.refine(
          (value) => value.isWellFormed() && !/\p{Cc}/u.test(value),
          'text without control characters or halves of characters',
        ),
      ),
    ),
  ),
});

/** Body of `POST /v1/activity`; anything that is not named here is refused. */
export const recordActivityBody = z.strictObject({
  visitId: z.uuid(),
  customerId,
  events: z.array(activityEvent).check(z.minLength(1), z.maxLength(MAX_EVENTS)),
});
/** A body that fits its contract. */
export type RecordActivityBody = z.infer<typeof recordActivityBody>;

/** Answer of `POST /v1/activity`. */
export const recordedActivity = z.object({ accepted: z.int(), through: z.int() });
/** The answer before it is checked. */
export type RecordedActivity = z.input<typeof recordedActivity>;

/** `POST /v1/activity`. */
export const recordActivityRoute = apiContract({
  body: recordActivityBody,
  success: recordedActivity,
  audit: {
    action: 'activity.record',
    purpose: 'personalisation',
    subject: ({ body }) => ({ customerId: body.customerId }),
  },
});
