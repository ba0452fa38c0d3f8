import type { AccessOutcome, AccessRecord } from '../shared/access-record.contract';

/** What the rules about unusual access read of an access record. */
export interface SeenAccess {
  /** Names the access: both revisions of a record have the same. */
  readonly recordId: string;
  readonly actorId: string;
  readonly role: string;
  /** What was done, for example `order.read`. */
  readonly action: string;
  /** Whose data it was about. @default the access names no subject */
  readonly subject?: string;
  /** Where the caller was, ISO 3166-1 alpha-2. @default nobody said */
  readonly country?: string;
  /** When, in milliseconds since 1970, and never later than the record arrived. */
  readonly atMs: number;
  /** Whether it was refused, or was about something that is not there: what somebody sees who tries doors. */
  readonly refused: boolean;
}

const refusals: ReadonlySet<AccessOutcome> = new Set(['denied', 'not-found']);

/**
 * What a record says. A time that lies ahead of the arrival is taken for the arrival: a clock that is wrong must not move a window
 * to where no other record comes.
 */
export const seenAccess = (record: AccessRecord, arrivedAt: Date): SeenAccess => ({
  recordId: record.recordId,
  actorId: record.actor.id,
  role: record.actor.role,
  action: record.action,
  subject: record.subject,
  ...(record.country !== undefined && { country: record.country }),
  atMs: Math.min(Date.parse(record.time), arrivedAt.getTime()),
  refused: refusals.has(record.outcome),
});
