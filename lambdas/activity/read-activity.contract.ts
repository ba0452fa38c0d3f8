import * as z from 'zod/mini';
import { apiContract } from '../shared/api-contract';
import { auditTrailEnv } from '../shared/audit-trail-env';
import { awsRegionEnv } from '../shared/read-env';
import { personal } from '../shared/sensitive';
import { subjectKeysEnv } from '../shared/subject-keys-env';
import { customerId } from './record-activity.contract';

/** Environment of read-activity. */
export const readActivityEnv = z.object({
  ...awsRegionEnv,
  ...auditTrailEnv,
  ...subjectKeysEnv,
  /** Activity's own table. */
  ACTIVITY_TABLE: z.string().check(z.minLength(3)),
  /** The consumer that writes the timelines. */
  TIMELINE_CONSUMER: z.string().check(z.minLength(1)),
});
/** What read-activity is deployed with: every value is text. */
export type ReadActivityEnv = z.input<typeof readActivityEnv>;

/** Path of one customer's route. */
export const activityPath = z.object({ customerId });

/** Where an earlier answer leads. */
export const activityQuery = z.object({ after: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,200}$/))) });

const at = z.iso.datetime();

/** What a customer did, or what became of an order of theirs. */
const timelineEvent = z.object({
  sequence: z.int(),
  kind: z.enum(['viewed', 'searched', 'carted', 'placed', 'confirmed', 'rejected', 'cancelled']),
  occurredAt: at,
  sku: z.optional(z.string()),
  query: z.optional(personal(z.string())),
});
/** An event before it is checked. */
export type TimelineEvent = z.input<typeof timelineEvent>;

/** Answer of `GET /v1/activity/{customerId}`. */
export const activityView = z.object({
  customerId: personal(z.string()),
  timeline: z.array(z.object({ entity: z.string(), lastAt: at, events: z.array(timelineEvent) })),
  next: z.optional(z.string()),
});
/** The answer before it is checked. */
export type ActivityView = z.input<typeof activityView>;

/** `GET /v1/activity/{customerId}`. */
export const readActivityRoute = apiContract({
  path: activityPath,
  query: activityQuery,
  success: activityView,
  audit: {
    action: 'activity.read',
    purpose: 'personalisation',
    subject: ({ path }) => ({ customerId: path.customerId }),
  },
});
