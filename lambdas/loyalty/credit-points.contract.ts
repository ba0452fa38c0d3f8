import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';

const wholeNumber = z.pipe(z.string().check(z.regex(/^[1-9]\d{0,8}$/)), z.transform(Number));

/** Environment of credit-points. */
export const creditPointsEnv = z.object({
  ...awsRegionEnv,
  /** Loyalty's own table. */
  LOYALTY_TABLE: z.string().check(z.minLength(3)),
  /** How long a handled event is remembered: longer than its longest possible redelivery. */
  INBOX_RETENTION_SECONDS: wholeNumber,
  /** How often a message is tried before its order is parked. */
  ATTEMPTS: wholeNumber,
  /** Name of the consumer: part of its inbox markers' keys. */
  CONSUMER: z.string().check(z.minLength(1)),
  /** The queue it drains. */
  QUEUE_URL: z.url(),
});
/** What credit-points is deployed with: every value is text. */
export type CreditPointsEnv = z.input<typeof creditPointsEnv>;
