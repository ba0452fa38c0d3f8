import * as z from 'zod/mini';
import { consumerEnv } from '../shared/consumer-env';
import { awsRegionEnv } from '../shared/read-env';

/** Environment of credit-points. */
export const creditPointsEnv = z.object({
  ...awsRegionEnv,
  ...consumerEnv,
  /** Loyalty's own table. */
  LOYALTY_TABLE: z.string().check(z.minLength(3)),
});
/** What credit-points is deployed with: every value is text. */
export type CreditPointsEnv = z.input<typeof creditPointsEnv>;
