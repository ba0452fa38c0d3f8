import * as z from 'zod/mini';

/** Where records of accesses are handed in. Spread it into an environment schema. */
export const auditTrailEnv = {
  /** Name of the Kinesis stream that takes them. */
  AUDIT_STREAM: z.string().check(z.minLength(1)),
  /** URL of the queue that keeps them while the stream is away. */
  AUDIT_BACKLOG_URL: z.string().check(z.startsWith('http')),
};
