import type { DestroyedKey, SealedOrders, Tombstone } from './erasure';

/** Something that is still there after an erasure. */
export interface Remainder {
  readonly what: string;
  /** Why it says nothing about a person any more, or which law keeps it, or when it goes. */
  readonly why: string;
}

/** What a certificate of erasure states; the signature is over its JSON, members in this order. */
export interface ErasureStatement {
  readonly certificateId: string;
  /** The token of the subject: `subjectOf(customerId)`. */
  readonly subject: string;
  readonly erasedAt: string;
  /** When every region was seen to have no key of the subject. */
  readonly verifiedAt: string;
  /** From when on no process has a key of it in memory, either. */
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

/** How long a process keeps a key in memory at most; see `CachedSubjectKeys`. */
const cacheSeconds = 300;

const remainders: readonly Remainder[] = [
  {
    what: 'sealed texts in tables, outbox rows, messages, saga histories, archives and backups',
    why: 'AES-256-GCM under keys that no longer exist: they cannot be read',
  },
  {
    what: 'orders, payments, parcels and points under the customer id: articles, amounts, times, country of delivery',
    why:
      'the id is a pseudonym whose meaning only the shop’s own customer register holds: anonymous (LGPD art. 12) once that has forgotten the person. ' +
      'Accounting and tax law keep the amounts (LGPD art. 16 I)',
  },
  {
    what: 'records of access',
    why: 'Marco Civil da Internet art. 15 keeps them for six months, then they are deleted; they name fields and the customer id, no values',
  },
  {
    what: 'what carrier and payment provider were told',
    why: 'they are controllers of their own: the request has to be passed on to them (LGPD art. 18 §6)',
  },
  {
    what: 'the deleted keys in the stream by which DynamoDB replicates their table',
    why: 'gone after 24 hours; wrapped by a key that no reader of the stream may use, and no role is granted the stream',
  },
];

const notYetSealed: Remainder = {
  what: 'orders of before the cutover that the backfill has not rewritten yet',
  why: 'they are not sealed: the backfill seals those of erased customers with a key that nobody keeps. Run it to its end: npm run migrate -- backfill',
};

/** What is certified, once every region was seen to have no key of the subject. */
export const erasureStatement = (
  subject: string,
  { certificateId, erasedAt, keys }: Tombstone,
  { regions, sealed, now }: { readonly regions: readonly string[]; readonly sealed: SealedOrders; readonly now: Date },
): ErasureStatement => ({
  certificateId,
  subject,
  erasedAt,
  verifiedAt: now.toISOString(),
  effectiveAt: new Date(now.getTime() + cacheSeconds * 1000).toISOString(),
  regions,
  keysDestroyed: keys,
  remains: [...remainders, ...(sealed === 'all' ? [] : [notYetSealed])],
  basis: 'LGPD (Lei 13.709/2018) art. 18 VI, exceptions of art. 16',
});

/** The text that is signed. */
export const statementText = ({ signature: _signature, ...statement }: Partial<ErasureCertificate>): string =>
  JSON.stringify(statement);
