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

const poolPrefix = 'POOL#';
const isPool = ({ sk }: ReplicaItem): boolean => sk.startsWith(poolPrefix);

const ownerOf = (item: ReplicaItem): unknown =>
  isPool(item) ? item.sk.slice(poolPrefix.length) : (item['homeRegion'] ?? item['originRegion']);

const isOwnedBy = ({ here, there }: ComparedRegions, item: ReplicaItem | undefined): boolean =>
  item !== undefined && [here, there].includes(String(ownerOf(item)));

/** Whether an item is one of the two regions', by either replica. What a third region has is still being written by it. */
export const concerns = (regions: ComparedRegions, { here, there }: ItemPair): boolean =>
  isOwnedBy(regions, here) || isOwnedBy(regions, there);

const writtenAt = ({ updatedAt, committedAt }: ReplicaItem): string => {
  const time = updatedAt ?? committedAt;
  return typeof time === 'string' ? time : '';
};

/** Grows when an entity's form changes, which is no change of the entity and leaves its time as it is. */
const formOf = ({ schemaVersion }: ReplicaItem): number => Number(schemaVersion ?? 1);

/** An outbox row changes in one thing only: how long it is kept. One without an end is behind an open case. */
const keptUntil = ({ expiresAt }: ReplicaItem): number =>
  typeof expiresAt === 'number' ? expiresAt : Number.POSITIVE_INFINITY;

/**
 * The item that both replicas are to have: a pool of stock, as the region has it that alone writes it; an outbox row, as it is kept longer;
 * everything else, as it was written last, and if that was at the same time, in the newer form. The one that is there, when there is one
 * only. `undefined` when it is a third region's.
 */
export const winnerOf = ({ here, there }: ItemPair, regions: ComparedRegions): ReplicaItem | undefined => {
  const winner = ((): ReplicaItem | undefined => {
    if (here === undefined || there === undefined) return here ?? there;
    if (isPool(here)) return ownerOf(here) === regions.there ? there : here;
    if (here['itemType'] === 'OUTBOX') return keptUntil(there) > keptUntil(here) ? there : here;
    if (writtenAt(here) === writtenAt(there)) return formOf(there) > formOf(here) ? there : here;
    return writtenAt(there) > writtenAt(here) ? there : here;
  })();
  return isOwnedBy(regions, winner) ? winner : undefined;
};

/** Whether the other region's item has come here, or what has overruled it. One that is not there any more has nothing to bring. */
export const hasArrived = ({ here, there }: ItemPair): boolean =>
  there === undefined || (here !== undefined && writtenAt(here) >= writtenAt(there));
