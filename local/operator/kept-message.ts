import { z } from 'zod';

/** A message as a case stores it. */
export const storedMessage = z.object({
  sk: z.string(),
  attributes: z.record(z.string(), z.string()).default({}),
  body: z.string().optional(),
  discarded: z.object({ at: z.string(), by: z.string(), reason: z.string() }).optional(),
});

/** A message that is kept in a case: it waits, was re-driven, or was discarded. */
export interface KeptMessage {
  /** Its place in the case: 1, 2, 3 … */
  readonly number: number;
  readonly attributes: Readonly<Record<string, string>>;
  /** What it says; of an outbox row the whole row. Only there when it was asked for: it holds what customers have told us. */
  readonly body?: string;
  /** When, by whom and why it was given up. */
  readonly discarded?: { readonly at: string; readonly by: string; readonly reason: string };
}
