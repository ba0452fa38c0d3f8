/** A key of a subject that an erasure has destroyed. */
export interface DestroyedKey {
  /** The region that made it, and sealed with it. */
  readonly region: string;
  /** RFC 3339, UTC. */
  readonly madeAt: string;
}

/** What stands in every region where the keys of an erased subject were. */
export interface Tombstone {
  readonly certificateId: string;
  /** When the erasure began. RFC 3339, UTC. */
  readonly erasedAt: string;
  /** The keys that were there when it began. */
  readonly keys: readonly DestroyedKey[];
}

/** What one region has of a subject. */
export interface SubjectRecords {
  readonly keys: readonly DestroyedKey[];
  readonly tombstone?: Tombstone;
}

/** Which orders of a stage are sealed: those placed since the cutover, all since the contract. */
export const sealedOrders = ['none', 'new', 'all'] as const;
/** As `sealedOrders` has them. */
export type SealedOrders = (typeof sealedOrders)[number];

/** What an erasure begins with. */
export type ErasureDecision =
  /** Destroy keys, and leave this tombstone in every region. */
  | { readonly kind: 'erase'; readonly tombstone: Tombstone }
  /** Nothing was ever sealed for the subject: a mistyped id must not be certified as erased. */
  | { readonly kind: 'nothing-sealed' }
  /** The stage does not seal orders yet, and there is no key of anything else: what the shop has of the subject stands in the open. */
  | { readonly kind: 'not-sealing' };

const unionOf = (lists: readonly (readonly DestroyedKey[])[]): readonly DestroyedKey[] => {
  const byRegion = new Map(lists.flat().map((key) => [key.region, key]));
  return [...byRegion.values()].sort((a, b) => (a.region < b.region ? -1 : 1));
};

/**
 * What to do with a subject by what all regions have of it. An erasure that was begun before is gone on with: same certificate, same time,
 * and the keys that were found then are still named.
 */
export const decideErasure = (
  known: readonly SubjectRecords[],
  { sealed, certificateId, now }: { readonly sealed: SealedOrders; readonly certificateId: string; readonly now: Date },
): ErasureDecision => {
  const tombstones = known.flatMap(({ tombstone }) => (tombstone ? [tombstone] : []));
  const [begun] = tombstones.toSorted((a, b) => (a.erasedAt < b.erasedAt ? -1 : 1));
  const keys = unionOf([...known.map((records) => records.keys), ...tombstones.map((tombstone) => tombstone.keys)]);
  if (begun === undefined && keys.length === 0) return { kind: sealed === 'none' ? 'not-sealing' : 'nothing-sealed' };
  return {
    kind: 'erase',
    tombstone: { certificateId, erasedAt: begun?.erasedAt ?? now.toISOString(), keys },
  };
};
