import * as z from 'zod/mini';

/** Environment of drain-backlog. */
export const drainBacklogEnv = z.object({
  /** Name of the stream that takes records. */
  AUDIT_STREAM: z.string().check(z.minLength(1)),
});
/** What drain-backlog is deployed with: every value is text. */
export type DrainBacklogEnv = z.input<typeof drainBacklogEnv>;
