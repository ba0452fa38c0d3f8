import * as z from 'zod/mini';

/** What the marker of a handled charge command remembers. */
export const handledCharge = z.object({
  /** Digest of the command's payload: the same id with another payload is no repetition. */
  fingerprint: z.string(),
  answer: z.discriminatedUnion('outcome', [
    z.object({
      outcome: z.literal('done'),
      detail: z.optional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
    }),
    z.object({ outcome: z.literal('refused'), reason: z.string() }),
  ]),
});
export type HandledCharge = z.infer<typeof handledCharge>;
