import type { RegionRecords } from '../shared/region-records';
import { type RegionFence, type RegionLease, standingOf } from '../shared/region-standing';
import { newestFence } from './newest-fence';

/** Whose lease it is, and how long it lasts. */
export interface LeaseTerms {
  readonly region: string;
  readonly durationSeconds: number;
  /** Whether the stage has other regions. */
  readonly hasPeers: boolean;
}

/** What the other regions' replicas say of this region's fence, one for each that answered. */
export type PeersWord = readonly (RegionFence | undefined)[];

/** `renew`: the region may write on. `acknowledge`: it was evacuated, and says that it knows. `wait`: nobody has answered. */
export type LeaseDecision =
  | { readonly kind: 'renew'; readonly lease: RegionLease }
  | { readonly kind: 'acknowledge'; readonly lease: RegionLease }
  | { readonly kind: 'wait'; readonly why: string };

/**
 * What a region's keeper does about its lease. It obeys a fence that any region shows: its own replica may be cut off from replication. A
 * lease that still lasts is renewed also when nobody answers, so that no region depends on another one; one that has run out, or was given
 * up to a fence, is renewed only when another region says that there is no fence.
 */
export const decideLease = (
  { lease, fence }: RegionRecords,
  peers: PeersWord,
  { region, durationSeconds, hasPeers }: LeaseTerms,
  now: Date,
): LeaseDecision => {
  const newest = newestFence([fence, ...peers]);
  const epoch = Math.max(lease?.epoch ?? 0, newest?.epoch ?? 0);
  const leased = (state: RegionLease['state'], seconds: number): RegionLease => ({
    region,
    activeUntil: new Date(now.getTime() + seconds * 1_000).toISOString(),
    renewedAt: now.toISOString(),
    state,
    epoch,
  });
  if (standingOf(undefined, newest, now).kind === 'fenced')
    return { kind: 'acknowledge', lease: leased('QUIESCED', 0) };
  const isHeld = lease?.state !== 'QUIESCED' && standingOf(lease, newest, now).kind === 'active';
  return isHeld || !hasPeers || peers.length > 0
    ? { kind: 'renew', lease: leased('ACTIVE', durationSeconds) }
    : { kind: 'wait', why: 'the lease has run out, and no other region says whether there is a fence' };
};
