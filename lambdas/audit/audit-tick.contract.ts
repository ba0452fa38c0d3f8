import * as z from 'zod/mini';

/**
 * What is put to every shard once a minute. It is not kept, but tells that a time is over, whatever else arrives; and by its number whether
 * something was skipped. Ticks of before they were numbered have none.
 */
export const auditTick = z.strictObject({
  tick: z.literal('hour'),
  /** The shard that it is meant for: it may be split on the way, and the number is of no other. */
  shardId: z.optional(z.string()),
  /** 1, 2, 3 … within the shard; a repeat has the same. */
  number: z.optional(z.int().check(z.minimum(1))),
});
/** A tick. */
export type AuditTick = z.infer<typeof auditTick>;
