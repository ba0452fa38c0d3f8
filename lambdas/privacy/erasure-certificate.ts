import type { DestroyedKey, SealedOrders, Tombstone } from './erasure';

/** Something that is still there after an erasure. */
export interface Remainder {
  readonly what: string;
  /** Why it says nothing about a person any more, or which law keeps it, or when it goes. */
  readonly why: string;
  /** When the last of it is gone, where that follows from how long things are kept. RFC 3339, UTC. */
  readonly until?: string;
}

/** What a certificate of erasure states; the signature is over its JSON, members in this order. */
export interface ErasureStatement {
  readonly certificateId: string;
  /** The token of the subject, see `SubjectTokens`. */
  readonly subject: string;
  readonly erasedAt: string;
  /** When every region was seen to have no key of the subject. */
  readonly verifiedAt: string;
  /** From when on no process that goes on opening has a key of it in memory, either; none uses it from `erasedAt` on. */
  readonly effectiveAt: string;
  readonly regions: readonly string[];
  readonly keysDestroyed: readonly DestroyedKey[];
  readonly remains: readonly Remainder[];
  readonly basis: string;
}

/** A certificate of erasure. */
export interface ErasureCertificate extends ErasureStatement {
  readonly signature: {
    /** Base64, of the SHA-256 of the statement. */
    readonly value: string;
    readonly algorithm: 'ECDSA_SHA_256';
    readonly keyArn: string;
  };
}

/** What a stage keeps, and for how long: the dates in a certificate follow from it. */
export interface StageRetention {
  readonly sealed: SealedOrders;
  /** The day from which on no order was stored in the open, once the backfill has ended. RFC 3339 date. */
  readonly sealedSince?: string | undefined;
  /** How long the log of what customers do can be read again, in days. */
  readonly activityLogDays: number;
  /** How long records of access are kept, in days. */
  readonly accessRecordDays: number;
}

/** How long a process keeps an unwrapped key in memory at most; see `CachedKeyWrapping`. */
const cacheSeconds = 300;
/** Longest that point-in-time recovery of a table goes back. */
const RECOVERY_DAYS = 35;
/** How long Step Functions keeps the history of an execution that has ended. */
const HISTORY_DAYS = 90;
/** Entries of timelines; see `customer-timeline.ts`. DynamoDB deletes what has expired within some days. */
const TIMELINE_DAYS = 90 + 7;
/** How long records are kept that a consumer of the log could not be given; see `FailureBucket`. */
const FAILURE_DAYS = 90;
/** The stream of a table. */
const STREAM_DAYS = 1;

const dayAfter = (from: Date, days: number): string => new Date(from.getTime() + days * 86_400_000).toISOString();

const remaindersIn = ({ activityLogDays, accessRecordDays }: StageRetention, now: Date): readonly Remainder[] => [
  {
    what: 'sealed texts in tables, outbox rows, messages, logs of events, saga histories, archives and backups',
    why: 'AES-256-GCM under keys that no longer exist: they cannot be read, unless somebody has made a copy of the table of keys, which nothing of this system does',
  },
  {
    what: 'orders, payments, parcels and points under the customer id: articles, amounts, times, country of delivery',
    why:
      'the id is a pseudonym whose meaning only the shop’s own customer register holds: anonymous (LGPD art. 12) once that has forgotten the person. ' +
      'Accounting and tax law keep the amounts (LGPD art. 16 I)',
  },
  {
    what: 'labels that clients have put on orders (metadata)',
    why: 'they are not sealed: nothing personal belongs there, and whoever wrote it there has to have it removed',
  },
  {
    what: 'visits under the customer id: kind, article and time, no search, in timelines, the log, the bucket of failures and backups',
    why: 'a pseudonym as above; nothing answers it any more (410), and it expires',
    until: dayAfter(now, Math.max(TIMELINE_DAYS + RECOVERY_DAYS, activityLogDays + FAILURE_DAYS)),
  },
  {
    what: 'events of the customer that are parked, under the customer id',
    why: 'a pseudonym as above, until an operator has closed the case: npm run ops -- cases list',
  },
  {
    what: 'records of access',
    why: 'Marco Civil da Internet art. 15 keeps them for six months, then they are deleted; they name fields and a token of the customer, no values',
    until: dayAfter(now, accessRecordDays + 1),
  },
  {
    what: 'what carrier and payment provider were told',
    why: 'they are controllers of their own: the request has to be passed on to them (LGPD art. 18 §6)',
  },
  {
    what: 'the deleted keys in the stream by which DynamoDB replicates their table',
    why: 'gone after 24 hours; wrapped by a key that no reader of the stream may use, and no role is granted the stream',
    until: dayAfter(now, STREAM_DAYS),
  },
];

const parkedInTheOpen: Remainder = {
  what: 'commands of before the cutover that are parked, with a payment method in the open',
  why: 'they are not sealed; gone once an operator has closed their case: npm run ops -- cases list',
};

const notYetSealed: readonly Remainder[] = [
  {
    what: 'orders of before the cutover that the backfill has not rewritten yet',
    why: 'they are not sealed: the backfill seals those of erased customers with a key that nobody keeps. Run it to its end: npm run migrate -- backfill',
  },
  {
    what: 'earlier copies of these orders: point-in-time recovery of the tables, histories of their sagas',
    why: `they are not sealed; gone ${RECOVERY_DAYS} and ${HISTORY_DAYS} days after the backfill has ended`,
  },
  parkedInTheOpen,
];

/** What is left of orders that were stored in the open before the backfill has sealed them. */
const openCopies = ({ sealed, sealedSince }: StageRetention, now: Date): readonly Remainder[] => {
  if (sealed !== 'all') return notYetSealed;
  // To the end of that day. Without one, nobody knows since when.
  const since = sealedSince === undefined ? undefined : new Date(Date.parse(sealedSince) + 86_400_000);
  const kept = (what: string, days: number): readonly Remainder[] => {
    const why = `they are not sealed; gone ${days} days after the backfill has ended`;
    if (since === undefined) return [{ what, why }];
    const until = dayAfter(since, days);
    return Date.parse(until) > now.getTime() ? [{ what, why, until }] : [];
  };
  return [
    ...kept('orders of before the cutover in the point-in-time recovery of the tables', RECOVERY_DAYS),
    ...kept('orders of before the cutover in the histories of their sagas', HISTORY_DAYS),
    parkedInTheOpen,
  ];
};

/** What is certified, once every region was seen to have no key of the subject. */
export const erasureStatement = (
  subject: string,
  { certificateId, erasedAt, keys }: Tombstone,
  { regions, kept, now }: { readonly regions: readonly string[]; readonly kept: StageRetention; readonly now: Date },
): ErasureStatement => ({
  certificateId,
  subject,
  erasedAt,
  verifiedAt: now.toISOString(),
  effectiveAt: new Date(now.getTime() + cacheSeconds * 1000).toISOString(),
  regions,
  keysDestroyed: keys,
  remains: [...remaindersIn(kept, now), ...openCopies(kept, now)],
  basis: 'LGPD (Lei 13.709/2018) art. 18 VI, exceptions of art. 16',
});

/** The text that is signed. */
export const statementText = ({ signature: _signature, ...statement }: Partial<ErasureCertificate>): string =>
  JSON.stringify(statement);
