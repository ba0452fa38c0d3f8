import type { Clock } from './clock.port';
import { RegionFencedError } from './region-gate.errors';
import type { RegionGate } from './region-gate.port';
import type { RegionRecords } from './region-records';
import { isSuccessor, type RegionStanding, standingOf } from './region-standing';

/** Whose gate it is. */
export interface RecordedRegionGateOptions {
  readonly region: string;
  readonly clock: Clock;
}

/** A gate by the records about regions, wherever they are kept. */
export abstract class RecordedRegionGate implements RegionGate {
  constructor(private readonly own: RecordedRegionGateOptions) {}

  protected abstract recordsOf(region: string): Promise<RegionRecords>;

  async assertActive(): Promise<void> {
    const standing = await this.standing();
    if (standing.kind !== 'active') throw new RegionFencedError(this.own.region, standing);
  }

  async mayAdopt(homeRegion: string): Promise<boolean> {
    const { lease, fence } = await this.recordsOf(homeRegion);
    return (
      isSuccessor(this.own.region, lease, fence, this.own.clock.now()) && (await this.standing()).kind === 'active'
    );
  }

  async publishesFrom(): Promise<Date | undefined> {
    const { fence } = await this.recordsOf(this.own.region);
    return fence?.unfencedAt === undefined ? undefined : new Date(fence.unfencedAt);
  }

  async lastHeardFrom(region: string): Promise<Date | undefined> {
    const { lease } = await this.recordsOf(region);
    return lease && new Date(lease.renewedAt);
  }

  private async standing(): Promise<RegionStanding> {
    const { lease, fence } = await this.recordsOf(this.own.region);
    // The time of now, not of the read: a lease may have run out since.
    return standingOf(lease, fence, this.own.clock.now());
  }
}
