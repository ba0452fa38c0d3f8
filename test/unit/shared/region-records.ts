import type { RegionFence, RegionLease } from '../../../lambdas/shared/region-standing';

/** A lease that ends at that moment. */
export const leaseOf = (region: string, activeUntil: string, more: Partial<RegionLease> = {}): RegionLease => ({
  ...{
    region,
    activeUntil,
    durationSeconds: 300,
    renewedAt: '2026-11-23T08:00:00.000Z',
    state: 'ACTIVE' as const,
    epoch: 0,
  },
  ...more,
});

/** The fence of an evacuated region, whose loss is declared. */
export const fenceOf = (region: string, successor: string, more: Partial<RegionFence> = {}): RegionFence => ({
  ...{ region, fenced: true, successor, epoch: 1, fencedAt: '2026-11-23T08:00:00.000Z', lossDeclared: true },
  ...{ by: 'an operator', reason: 'a test' },
  ...more,
});
