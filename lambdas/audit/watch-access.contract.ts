import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';

/** Environment of watch-access. */
export const watchAccessEnv = z.object({
  ...awsRegionEnv,
  /** Audit's own table. */
  AUDIT_TABLE: z.string().check(z.minLength(3)),
  /** ARN of the topic that findings are told on. */
  FINDINGS_TOPIC_ARN: z.string().check(z.regex(/^arn:[^:]+:sns:/)),
});
/** What watch-access is deployed with: every value is text. */
export type WatchAccessEnv = z.input<typeof watchAccessEnv>;
