import { handoverMilliseconds } from './region-handover';

/** A region's own word that it is at work, renewed by its lease keeper and by nobody else. Replicated with the data it guards. */
export interface RegionLease {
  readonly region: string;
  /** Until when the region may write; of a `QUIESCED` one: since when it writes no more. RFC 3339, UTC. */
  readonly activeUntil: string;
  /** How long a lease of this region lasts from its renewal, also when it was given up: the next one may have been renewed unseen. */
  readonly durationSeconds: number;
  /** When it was renewed last. RFC 3339, UTC. In another region's replica: a sign of how far replication has come. */
  readonly renewedAt: string;
  /** `QUIESCED`: the region has seen its fence and writes no more; this acknowledges the fence. */
  readonly state: 'ACTIVE' | 'QUIESCED';
  /** Grows with every fence: a lease of an earlier epoch is worth nothing. */
  readonly epoch: number;
}

/** What an evacuation has decided about a region; written by evacuation and return. Replicated. */
export interface RegionFence {
  readonly region: string;
  readonly fenced: boolean;
  /** The region that takes over what the fenced one has left behind. */
  readonly successor: string;
  readonly epoch: number;
  /** RFC 3339, UTC. */
  readonly fencedAt: string;
  /** When the region was let back in. What it committed before was taken over by its successor. RFC 3339, UTC. */
  readonly unfencedAt?: string;
  /** The region could not be asked: whatever it had not replicated is declared lost until it returns. */
  readonly lossDeclared: boolean;
  /** Who decided, and why, for people. */
  readonly by: string;
  readonly reason: string;
}

/**
 * Whether a region may write. `fenced`: it was evacuated. `lease-expired`: its keeper has stopped, because the region was dark
 * or is; it must not write, since it may have been evacuated without having heard of it.
 */
export type RegionStanding =
  | { readonly kind: 'active'; readonly until: Date }
  | { readonly kind: 'fenced'; readonly successor: string; readonly epoch: number }
  | { readonly kind: 'lease-expired'; readonly since: Date };

/** A lease ends this much earlier for its holder, in milliseconds: what is decided just before the end is still written before it. */
export const leaseMarginMilliseconds = 1_000;

const forEver = new Date(8_640_000_000_000_000);

// A clock that is behind the successor's would date a new commit before the end of the fence, and a relay leaves what is older
// than that to the successor: the region waits until it is past that moment by its own clock.
const isFenced = ({ fenced, unfencedAt }: RegionFence, now: Date): boolean =>
  fenced || (unfencedAt !== undefined && new Date(unfencedAt) > now);

/** Whether the region's keeper has seen this fence. */
export const hasAcknowledged = (lease: RegionLease | undefined, { epoch }: RegionFence): boolean =>
  lease?.state === 'QUIESCED' && lease.epoch >= epoch;

/**
 * When nothing of a fenced region can be written any more, in milliseconds since the epoch. Before it has acknowledged this fence, the lease as
 * it is known here may be an old one: the region may have renewed it at the very moment of the fence.
 */
export const stopsAt = (lease: RegionLease, fence: RegionFence): number => {
  const { activeUntil, durationSeconds } = lease;
  const unseen = hasAcknowledged(lease, fence) ? 0 : Date.parse(fence.fencedAt) + durationSeconds * 1_000;
  return Math.max(Date.parse(activeUntil), unseen) + handoverMilliseconds;
};

const hasStopped = (lease: RegionLease | undefined, fence: RegionFence, now: Date): boolean => {
  // A region that nobody has given up may still be at work on what has not been replicated, whatever its lease says here.
  if (!fence.lossDeclared && !hasAcknowledged(lease, fence)) return false;
  return lease === undefined || stopsAt(lease, fence) < now.getTime();
};

/**
 * Whether `region` takes over what the fenced region has left behind. Not before the fenced region has stopped: until it has seen its fence
 * or, when its loss is declared, its lease has run out, it goes on writing, and what it has begun by then is written soon after.
 */
export const isSuccessor = (
  region: string,
  lease: RegionLease | undefined,
  fence: RegionFence | undefined,
  now: Date,
): boolean =>
  fence?.fenced === true && fence.successor === region && fence.region !== region && hasStopped(lease, fence, now);

/**
 * Where a region stands at a moment. A region without a lease is active: only stages with several regions keep leases.
 */
export const standingOf = (
  lease: RegionLease | undefined,
  fence: RegionFence | undefined,
  now: Date,
): RegionStanding => {
  if (fence && isFenced(fence, now)) return { kind: 'fenced', successor: fence.successor, epoch: fence.epoch };
  if (lease === undefined) return { kind: 'active', until: forEver };
  const until = new Date(Date.parse(lease.activeUntil) - leaseMarginMilliseconds);
  const isOutdated = fence !== undefined && lease.epoch < fence.epoch;
  return until > now && !isOutdated ? { kind: 'active', until } : { kind: 'lease-expired', since: until };
};
