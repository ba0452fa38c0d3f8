import * as z from 'zod/mini';
import { jsonEnv } from '../shared/json-env';
import { awsRegionEnv } from '../shared/read-env';

/** Environment of check-completeness. */
export const checkCompletenessEnv = z.object({
  ...awsRegionEnv,
  /** Audit's own table. */
  AUDIT_TABLE: z.string().check(z.minLength(3)),
  /** Log group that the gateway logs every request to, one JSON object a line. */
  ACCESS_LOG_GROUP: z.string().check(z.minLength(1)),
  /** JSON list of the routes whose accesses are recorded, each `<METHOD> <path>`. */
  AUDITED_ROUTES: jsonEnv(
    z.array(z.string().check(z.regex(/^[A-Z]+ \/\S*$/))).check(z.minLength(1)),
    'a JSON list such as ["GET /v1/orders/{orderId}"]',
  ),
});
/** What check-completeness is deployed with: every value is text. */
export type CheckCompletenessEnv = z.input<typeof checkCompletenessEnv>;

/** What check-completeness is called with: nothing by its schedule, a minute by an operator who wants it compared again. */
export const completenessCheck = z.object({ minute: z.optional(z.iso.datetime()) });
/** A call of check-completeness. */
export type CompletenessCheck = z.infer<typeof completenessCheck>;

/** What of a line of the gateway's access log is read. The gateway writes `-` for what it does not know. */
export const accessLogLine = z.object({
  requestId: z.string(),
  /** When the request arrived, in milliseconds since 1970. */
  time: z.string().check(z.regex(/^\d+$/)),
  method: z.string(),
  route: z.string(),
  functionStatus: z.string(),
});
