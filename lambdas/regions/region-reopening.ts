import type { RegionRecords } from '../shared/region-records';
import { type RegionFence, standingOf } from '../shared/region-standing';

/** What an operator has decided: this region goes on without the one that could let it in. */
export interface ReopenOrder {
  readonly region: string;
  readonly lost: string;
  readonly by: string;
  readonly reason: string;
}

/** `in-service`: nothing is to be opened. `held-by`: another region than the lost one has evacuated it. */
export type ReopenDecision =
  | { readonly kind: 'write'; readonly fence: RegionFence }
  | { readonly kind: 'in-service' }
  | { readonly kind: 'held-by'; readonly successor: string };

/**
 * Whether a region that cannot get its lease back opens itself. What it writes is the end of its fence, or of one that it may not have heard
 * of. That has no time: whether the lost region has published what this one had left behind is not known, so that this one leaves nothing out of
 * what its streams bring from then on.
 */
export const decideReopening = (
  { lease, fence }: RegionRecords,
  { region, lost, by, reason }: ReopenOrder,
  now: Date,
): ReopenDecision => {
  const standing = standingOf(lease, fence, now);
  if (standing.kind === 'active') return { kind: 'in-service' };
  if (fence?.fenced === true && fence.successor !== lost) return { kind: 'held-by', successor: fence.successor };
  const epoch = fence?.fenced === true ? fence.epoch : (fence?.epoch ?? 0) + 1;
  const fencedAt = fence?.fenced === true ? fence.fencedAt : now.toISOString();
  return {
    kind: 'write',
    fence: { region, fenced: false, successor: lost, epoch, fencedAt, lossDeclared: false, by, reason },
  };
};
