import * as z from 'zod/mini';
import { deterministicId } from './deterministic-id';

/**
 * `access`: somebody saw or changed personal or payment data. `security`: somebody was refused, or looked into the trail itself.
 * Each is kept for its own time, see docs/contexts/audit.md. A refusal is written ahead as an access, and its second revision is `security`.
 */
export const recordClasses = ['access', 'security'] as const;
export type RecordClass = (typeof recordClasses)[number];

/** How an access ended. `granted` is also what is written ahead of it, so a crash leaves a record of an access that may not have happened. */
export const accessOutcomes = ['granted', 'denied', 'not-found', 'failed'] as const;
export type AccessOutcome = (typeof accessOutcomes)[number];

const text = (most: number) => z.string().check(z.maxLength(most));
const name = (most: number) => z.string().check(z.minLength(1), z.maxLength(most));

/**
 * One access to personal or payment data. It names who, what and why, and never holds the data themselves: `subject` is a number of ours,
 * `fields` are names.
 */
export const accessRecord = z.strictObject({
  /** UUIDv5 of the request's id and the action: a repeat is the same record. */
  recordId: z.uuid(),
  /** 1 is written ahead of the access; 2 says that it ended otherwise. The highest one holds. */
  revision: z.int().check(z.minimum(1), z.maximum(2)),
  class: z.enum(recordClasses),
  actor: z.strictObject({
    /** The client's name, as the authorizer tells it. */
    id: name(128),
    /** What the actor acts as. `client` for a machine client. */
    role: name(64),
  }),
  /** For example `order.read`. */
  action: z.string().check(z.regex(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/), z.maxLength(64)),
  /** Whose or what, for example `order/<uuid>`. */
  subject: name(256),
  /** Names of the sensitive fields that the action touches. */
  fields: z.array(name(128)).check(z.maxLength(100)),
  /** Why, for example `order-handling`. */
  purpose: name(128),
  /** The address the request came from, as the gateway saw it. */
  sourceIp: text(64),
  /** ISO 3166-1 of that address. @default absent: nobody who can be trusted has said it */
  country: z.optional(z.string().check(z.regex(/^[A-Z]{2}$/))),
  userAgent: text(256),
  /** The gateway's id of the request. */
  requestId: name(128),
  correlationId: name(128),
  /** When the gateway received the request, RFC 3339 in UTC. */
  time: z.iso.datetime(),
  outcome: z.enum(accessOutcomes),
  /** The region that received the request. */
  region: name(32),
});
/** A record that fits. */
export type AccessRecord = z.infer<typeof accessRecord>;

/** The id of the record of an action that a request asked for. */
export const recordIdOf = (requestId: string, action: string): string =>
  deterministicId('access-record', requestId, action);
