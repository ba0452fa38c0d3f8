import { handoverMilliseconds } from '../shared/region-handover';
import type { RegionRecords } from '../shared/region-records';
import { hasAcknowledged, stopsAt } from '../shared/region-standing';

/** By what a region's silence is told. */
export interface QuietTerms {
  readonly leaseSeconds: number;
  /** The region must have answered since: for a return, which needs it to be there. @default that it is quiet is enough */
  readonly heardSince?: Date;
}

/** `quiet`: the region writes no more, and will not. */
export type QuietDecision =
  | { readonly kind: 'quiet' }
  | { readonly kind: 'not-yet'; readonly why: string }
  | { readonly kind: 'not-evacuated' };

/**
 * Whether a fenced region has stopped writing: it says so, or, when its loss is declared, its lease has run out; and what it had begun by
 * then has been written.
 */
export const decideQuiet = (
  records: RegionRecords,
  successor: string,
  { leaseSeconds, heardSince }: QuietTerms,
  now: Date,
): QuietDecision => {
  const { lease, fence } = records;
  if (!fence?.fenced || fence.successor !== successor) return { kind: 'not-evacuated' };
  const acknowledged = hasAcknowledged(lease, fence);
  const isHeard = acknowledged && new Date(lease?.renewedAt ?? '') >= (heardSince ?? new Date(0));
  if (heardSince !== undefined && !isHeard)
    return { kind: 'not-yet', why: `its keeper has not been heard of since ${heardSince.toISOString()}` };
  if (!acknowledged && !fence.lossDeclared) return { kind: 'not-yet', why: 'it has not acknowledged its fence' };
  // Without a lease in this replica, the longest that it may have had when it was fenced.
  const longest = Date.parse(fence.fencedAt) + leaseSeconds * 1_000 + handoverMilliseconds;
  const end = new Date(lease ? stopsAt(lease, fence) : longest);
  return now > end ? { kind: 'quiet' } : { kind: 'not-yet', why: `it may write until ${end.toISOString()}` };
};
