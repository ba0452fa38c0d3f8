import * as z from 'zod/mini';
import { fieldIssues } from './issue-text';
import { UnreadableMessageError } from './message.errors';
import type { OutboxRow } from './outbox';

const text = z.string().check(z.minLength(1));

const bytes = z.pipe(
  z.union([z.instanceof(Uint8Array), z.base64()]),
  z.transform((value): Uint8Array => (typeof value === 'string' ? Buffer.from(value, 'base64') : value)),
);

const row = z.object({
  pk: text,
  sk: text,
  itemType: z.literal('OUTBOX'),
  originRegion: text,
  committedAt: text,
  subject: text,
  source: text,
  correlationid: text,
  causationid: text,
  traceparent: z.optional(text),
  events: z.array(z.object({ id: text, type: text, sequence: z.int(), time: text, dataschema: text, data: bytes })),
  expiresAt: z._default(z.number(), 0),
});

/**
 * Reads a stored outbox row: from a stream, where bytes are base64, or from the table. A parked row has no `expiresAt`.
 * @throws UnreadableMessageError naming the attributes that are wrong
 */
export const readOutboxRow = (item: { readonly [attribute: string]: unknown }): OutboxRow => {
  const parsed = z.safeParse(row, item);
  if (parsed.success) return parsed.data;
  const faults = fieldIssues(parsed.error).map(({ field, expected }) => `${field}: expected ${expected}`);
  throw new UnreadableMessageError(`not an outbox row: ${faults.join('; ')}`);
};
