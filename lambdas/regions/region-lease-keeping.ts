import type { RegionRecords } from '../shared/region-records';
import { type RegionFence, type RegionLease, standingOf } from '../shared/region-standing';
import { newestFence } from './newest-fence';

/** Whose lease it is, and how long it lasts. */
export interface LeaseTerms {
  readonly region: string;
  readonly durationSeconds: number;
}

/** What the other regions say. */
export interface PeersWord {
  /** What the replicas of those that answered know of this region's fence. */
  readonly fences: readonly (RegionFence | undefined)[];
  /** Those that did not answer, and are not known to be evacuated themselves: any of them may have put up a fence. */
  readonly unheard: readonly string[];
}

/** `renew`: the region may write on. `acknowledge`: it was evacuated, and says that it knows. `wait`: whether it was is not known. */
export type LeaseDecision =
  | { readonly kind: 'renew'; readonly lease: RegionLease }
  | { readonly kind: 'acknowledge'; readonly lease: RegionLease }
  | { readonly kind: 'wait'; readonly why: string };

/**
 * What a region's keeper does about its lease. It obeys a fence that any region shows: its own replica may be cut off from replication. A
 * lease that still lasts is renewed also when nobody answers, so that no region depends on another one. One that has run out, or was given
 * up to a fence, is renewed only when every region that could have put up a fence says that there is none; and after a fence only when
 * the region's own replica shows that it was lifted, and so has begun to hear again of what was written meanwhile.
 */
export const decideLease = (
  { lease, fence }: RegionRecords,
  { fences, unheard }: PeersWord,
  { region, durationSeconds }: LeaseTerms,
  now: Date,
): LeaseDecision => {
  const newest = newestFence([fence, ...fences]);
  const epoch = Math.max(lease?.epoch ?? 0, newest?.epoch ?? 0);
  const renewedAt = now.toISOString();
  const leased = (state: RegionLease['state'], activeUntil: string): RegionLease => ({
    region,
    activeUntil,
    durationSeconds,
    renewedAt,
    state,
    epoch,
  });
  if (standingOf(undefined, newest, now).kind === 'fenced') {
    // A lease that had ended before, by itself or by an earlier acknowledgement, has not lasted until now.
    const stoppedAt = lease !== undefined && lease.activeUntil < renewedAt ? lease.activeUntil : renewedAt;
    return { kind: 'acknowledge', lease: leased('QUIESCED', stoppedAt) };
  }
  const isHeld = lease?.state !== 'QUIESCED' && standingOf(lease, newest, now).kind === 'active';
  const isLiftedHere = newest === undefined || (fence?.epoch === newest.epoch && !fence.fenced);
  if (!isHeld && !isLiftedHere)
    return { kind: 'wait', why: 'its own replica does not show yet that its fence was lifted' };
  if (!isHeld && unheard.length > 0)
    return { kind: 'wait', why: `the lease has run out, and ${unheard.join(', ')} may know of a fence` };
  return {
    kind: 'renew',
    lease: leased('ACTIVE', new Date(now.getTime() + durationSeconds * 1_000).toISOString()),
  };
};
