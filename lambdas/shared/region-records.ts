import type { RegionFence, RegionLease } from './region-standing';

/** What a table knows of a region. */
export interface RegionRecords {
  readonly lease?: RegionLease;
  readonly fence?: RegionFence;
}

/** Partition of a region's records, in every context's table. */
export const regionPartition = (region: string): string => `region/${region}`;

/** Key of a region's lease. */
export const leaseKey = (region: string) => ({ pk: regionPartition(region), sk: 'LEASE' });

/** Key of a region's fence. */
export const fenceKey = (region: string) => ({ pk: regionPartition(region), sk: 'FENCE' });
