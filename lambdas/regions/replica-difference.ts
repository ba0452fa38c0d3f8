/** A stored item with plain attribute values. */
export interface ReplicaItem {
  readonly pk: string;
  readonly sk: string;
  readonly [attribute: string]: unknown;
}

/** How one item looks in two regions' replicas; absent where there is none. */
export interface ItemPair {
  readonly here: ReplicaItem | undefined;
  readonly there: ReplicaItem | undefined;
}

/** The two regions whose replicas are compared. */
export interface ComparedRegions {
  readonly here: string;
  readonly there: string;
}

const canonical = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(
    entries.sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, field]) => [key, canonical(field)]),
  );
};

/** Whether two items say the same, whatever the order of their attributes. */
export const isSame = (one: ReplicaItem | undefined, other: ReplicaItem | undefined): boolean =>
  JSON.stringify(canonical(one)) === JSON.stringify(canonical(other));

/** Whether replicas have parted: they differ, and neither has changed since it was looked at before. */
export const haveParted = (before: ItemPair, now: ItemPair): boolean =>
  !isSame(now.here, now.there) && isSame(before.here, now.here) && isSame(before.there, now.there);

const writtenAt = ({ updatedAt, committedAt }: ReplicaItem): string => {
  const time = updatedAt ?? committedAt;
  return typeof time === 'string' ? time : '';
};

/** Grows when an entity's form changes, which is no change of the entity and leaves its time as it is. */
const formOf = ({ schemaVersion }: ReplicaItem): number => Number(schemaVersion ?? 1);

/**
 * The item that both replicas are to have: a pool of stock, as the region has it that alone writes it; everything else, as it was written
 * last, and if that was at the same time, in the newer form. The one that is there, when there is one only.
 */
export const winnerOf = ({ here, there }: ItemPair, regions: ComparedRegions): ReplicaItem | undefined => {
  if (here === undefined || there === undefined) return here ?? there;
  if (here.pk.startsWith('stock/')) {
    const [owner] = here.pk.split('/').slice(2);
    if (owner === regions.here) return here;
    if (owner === regions.there) return there;
  }
  if (writtenAt(here) === writtenAt(there)) return formOf(there) > formOf(here) ? there : here;
  return writtenAt(there) > writtenAt(here) ? there : here;
};
