import { handoverMilliseconds } from '../shared/region-handover';
import type { RegionRecords } from '../shared/region-records';
import { hasAcknowledged, type RegionFence } from '../shared/region-standing';

/** What an operator has decided about a region. */
export interface FenceOrder {
  readonly region: string;
  readonly successor: string;
  readonly epoch: number;
  readonly lossDeclared: boolean;
  readonly by: string;
  readonly reason: string;
}

/** `unchanged`: the fence stands already. `outdated`: something newer was decided since. */
export type FenceDecision =
  | { readonly kind: 'write'; readonly fence: RegionFence }
  | { readonly kind: 'unchanged'; readonly fence: RegionFence }
  | { readonly kind: 'outdated'; readonly known: number };

/**
 * Whether a fence is put up. The same order again is nothing new; an epoch is never given twice, and a fence that was lifted
 * stays lifted. That the loss is declared may be added to a fence that stands.
 */
export const decideFence = (known: RegionFence | undefined, order: FenceOrder, now: Date): FenceDecision => {
  if (known === undefined || order.epoch > known.epoch) {
    // Still fenced for another successor: what the region left behind is as old as its first fence.
    const fencedAt = known?.fenced === true ? known.fencedAt : now.toISOString();
    return { kind: 'write', fence: { ...order, fenced: true, fencedAt } };
  }
  if (order.epoch < known.epoch || !known.fenced || known.successor !== order.successor)
    return { kind: 'outdated', known: known.epoch };
  if (known.lossDeclared || !order.lossDeclared) return { kind: 'unchanged', fence: known };
  const { by, reason } = order;
  return { kind: 'write', fence: { ...known, lossDeclared: true, by, reason } };
};

/** `unchanged`: there is no fence, or it was lifted before. */
export type UnfenceDecision =
  | { readonly kind: 'write'; readonly fence: RegionFence }
  | { readonly kind: 'unchanged'; readonly fence: RegionFence }
  | { readonly kind: 'not-evacuated' }
  | { readonly kind: 'not-quiet'; readonly why: string };

/**
 * Whether a fence is lifted: only by the successor, and only when the region knows of it, so that it stops at one that comes next. It ends a
 * while ahead: what the successor has begun to adopt by then is still written.
 */
export const decideUnfence = (records: RegionRecords, successor: string, now: Date): UnfenceDecision => {
  const { lease, fence } = records;
  if (fence === undefined || fence.successor !== successor) return { kind: 'not-evacuated' };
  if (!fence.fenced) return { kind: 'unchanged', fence };
  if (!hasAcknowledged(lease, fence)) return { kind: 'not-quiet', why: 'it has not acknowledged its fence' };
  const opensAt = new Date(now.getTime() + handoverMilliseconds);
  return { kind: 'write', fence: { ...fence, fenced: false, unfencedAt: opensAt.toISOString() } };
};
