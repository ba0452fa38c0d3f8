import * as z from 'zod/mini';

/** What is put to every shard once an hour: it is not kept, but tells that the hour before is over, whatever else arrives. */
export const auditTick = z.strictObject({ tick: z.literal('hour') });
/** A tick. */
export type AuditTick = z.infer<typeof auditTick>;
