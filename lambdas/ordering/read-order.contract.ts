import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';

/** Environment of read-order. */
export const readOrderEnv = z.object({
  ...awsRegionEnv,
  /** Ordering's own table. */
  ORDERS_TABLE: z.string().check(z.minLength(3)),
});
export type ReadOrderEnv = z.input<typeof readOrderEnv>;
