import * as z from 'zod/mini';

/** Longest reason, in characters: it is read in a list. */
const MAX_REASON = 1_000;

/** A message that an operator takes out of its case, and why. */
export const discardMessage = z.object({
  caseId: z.uuid(),
  /** The message that the operator has looked at, and expects to be the first that waits: 1, 2, 3 … */
  number: z.int().check(z.positive()),
  /** Why it can never work, for whoever reads the case later. */
  reason: z.string().check(z.trim(), z.minLength(1), z.maxLength(MAX_REASON)),
  /** Who decided, for example the ARN of the caller. */
  by: z.string().check(z.trim(), z.minLength(1), z.maxLength(2_048)),
});
/** What is discarded, why and by whom. */
export type DiscardMessage = z.infer<typeof discardMessage>;

/** What an operator sends to the function that parked the message. */
export const discardRequest = z.object({ discardMessage });
/** Beside `{ redriveCase }` the only request that such a function takes from an operator. */
export type DiscardRequest = z.input<typeof discardRequest>;
