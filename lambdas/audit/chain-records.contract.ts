import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';

/** Environment of chain-records. */
export const chainRecordsEnv = z.object({
  ...awsRegionEnv,
  /** Audit's own table. */
  AUDIT_TABLE: z.string().check(z.minLength(3)),
  /** Name of the delivery stream that stores records of class `access`. */
  ACCESS_DELIVERY: z.string().check(z.minLength(1)),
  /** Name of the delivery stream that stores records of class `security`. */
  SECURITY_DELIVERY: z.string().check(z.minLength(1)),
});
/** What chain-records is deployed with: every value is text. */
export type ChainRecordsEnv = z.input<typeof chainRecordsEnv>;
