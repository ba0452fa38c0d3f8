import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';

/** Environment of track-order-steps. */
export const trackOrderStepsEnv = z.object({
  ...awsRegionEnv,
  /** Ordering's own table. */
  ORDERS_TABLE: z.string().check(z.minLength(3)),
});
export type TrackOrderStepsEnv = z.input<typeof trackOrderStepsEnv>;
