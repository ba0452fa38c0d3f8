import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';

/** Environment of seal-chains. */
export const sealChainsEnv = z.object({
  ...awsRegionEnv,
  /** Audit's own table. */
  AUDIT_TABLE: z.string().check(z.minLength(3)),
  /** Name of the stream that takes records. */
  AUDIT_STREAM: z.string().check(z.minLength(1)),
  /** How long that stream keeps records. */
  STREAM_RETENTION_HOURS: z.pipe(z.string().check(z.regex(/^\d+$/)), z.transform(Number)),
  /** ARN of the key that signs seals. */
  SEAL_KEY: z.string().check(z.minLength(1)),
});
/** What seal-chains is deployed with: every value is text. */
export type SealChainsEnv = z.input<typeof sealChainsEnv>;
