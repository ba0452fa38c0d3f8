import * as z from 'zod/mini';
import { recordClasses } from '../shared/access-record.contract';

/** An open or closed chain, as the table keeps it. */
export const openChain = z.object({
  chain: z.string(),
  count: z.int().check(z.minimum(1)),
  hash: z.string(),
  class: z.enum(recordClasses),
  hour: z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d$/)),
  firstTime: z.iso.datetime(),
  lastTime: z.iso.datetime(),
});

/** How far a shard is chained, as the table keeps it. */
export const shardPosition = z.object({
  sequenceNumber: z.optional(z.string().check(z.regex(/^\d+$/))),
  hour: z.string(),
  open: z.array(openChain),
  arrivedAt: z.optional(z.iso.datetime()),
  tick: z.optional(z.int()),
});

/** Kept in the place of records that were never chained: ticks that were put to the shard, and never came. */
export const skippedTicks = z.strictObject({
  skipped: z.strictObject({
    /** Numbers of the first and the last of them. */
    from: z.int(),
    to: z.int(),
    /** Sequence numbers of the records around them. */
    after: z.string(),
    before: z.string(),
  }),
});
/** Ticks that never came. */
export type SkippedTicks = z.infer<typeof skippedTicks>;
