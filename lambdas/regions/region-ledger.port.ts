import type { RegionRecords } from '../shared/region-records';
import type { RegionFence, RegionLease } from '../shared/region-standing';

/** The records about regions in one context's table, as the replica of one region has them. */
export interface RegionLedger {
  recordsOf(region: string): Promise<RegionRecords>;
  /**
   * @param basedOn the lease that was read
   * @throws StaleEntityError it was changed since
   */
  putLease(lease: RegionLease, basedOn: RegionLease | undefined): Promise<void>;
  /**
   * @param basedOn the fence that was read
   * @throws StaleEntityError it was changed since
   */
  putFence(fence: RegionFence, basedOn: RegionFence | undefined): Promise<void>;
}

/** One context's table: this region's replica, and the others'. */
export interface RegionTable {
  readonly context: string;
  readonly own: RegionLedger;
  /** By region; a call fails soon when the region does not answer. */
  readonly peers: ReadonlyMap<string, RegionLedger>;
}
