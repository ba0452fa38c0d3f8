import { RecordedRegionGate } from './recorded-region-gate';
import type { RegionRecords } from './region-records';

/** A gate whose records a test sets. Without any, every region is active. */
export class InMemoryRegionGate extends RecordedRegionGate {
  /** Records by region. */
  readonly records = new Map<string, RegionRecords>();

  protected async recordsOf(region: string): Promise<RegionRecords> {
    return this.records.get(region) ?? {};
  }
}
