import * as z from 'zod/mini';
import { orderedConsumerEnv } from '../shared/ordered-consumer-env';
import { awsRegionEnv } from '../shared/read-env';

/** Environment of count-activity. */
export const countActivityEnv = z.object({
  ...awsRegionEnv,
  ...orderedConsumerEnv,
  /** Activity's own table. */
  ACTIVITY_TABLE: z.string().check(z.minLength(3)),
});
/** What count-activity is deployed with: every value is text. */
export type CountActivityEnv = z.input<typeof countActivityEnv>;
