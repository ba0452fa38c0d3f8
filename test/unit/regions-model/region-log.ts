import { InMemoryRegionGate } from '../../../lambdas/shared/in-memory-region-gate.adapter';
import type { RegionRecords } from '../../../lambdas/shared/region-records';
import { type RegionFence, type RegionLease, standingOf } from '../../../lambdas/shared/region-standing';
import type { Replication } from './replication';
import type { VirtualTime } from './virtual-time';

/** Contexts, each with a table that holds its own records about regions. */
export const contexts = ['ordering', 'inventory', 'payments', 'shipping', 'loyalty'] as const;
export type Context = (typeof contexts)[number];

/** The records about regions in every table and every region. */
export class RegionLog {
  private readonly gates: ReadonlyMap<string, ReadonlyMap<Context, InMemoryRegionGate>>;
  /** When a fence was first seen, by region and table. */
  private readonly fencedSince = new Map<string, number>();

  constructor(
    private readonly time: VirtualTime,
    private readonly replication: Replication,
    private readonly clocks: ReadonlyMap<string, number>,
  ) {
    const gatesOf = (region: string) => {
      const clock = time.clock(clocks.get(region));
      return new Map(contexts.map((context) => [context, new InMemoryRegionGate({ region, clock })]));
    };
    this.gates = new Map(replication.regions.map((region) => [region, gatesOf(region)]));
  }

  gate(region: string, context: Context): InMemoryRegionGate {
    const gate = this.gates.get(region)?.get(context);
    if (gate === undefined) throw new TypeError(`there is no gate of ${context} in ${region}`);
    return gate;
  }

  /** What a region's replica of a table knows of a region. */
  records(region: string, context: Context, about = region): RegionRecords {
    return this.gate(region, context).records.get(about) ?? {};
  }

  /** A region's own clock, epoch milliseconds. */
  clockOf(region: string): number {
    return this.time.now + (this.clocks.get(region) ?? 0);
  }

  /** For how long a region may not write any more by its own records, in milliseconds; 0 while it may. */
  inactiveFor(region: string, context: Context): number {
    const { lease, fence } = this.records(region, context);
    const now = this.clockOf(region);
    const standing = standingOf(lease, fence, new Date(now));
    switch (standing.kind) {
      case 'active':
        return 0;
      case 'lease-expired':
        return Math.max(1, now - standing.since.getTime());
      case 'fenced':
        return Math.max(1, this.time.now - (this.fencedSince.get(`${region}/${context}`) ?? 0));
    }
  }

  /** All of a region's leases by one message: they are written at one moment. Nobody waits for them. */
  writeLeases(region: string, leases: ReadonlyMap<Context, RegionLease>): void {
    const write = (to: string): void => {
      for (const [context, lease] of leases) {
        const known = this.records(to, context, region);
        if (known.lease === undefined || known.lease.renewedAt <= lease.renewedAt)
          this.gate(to, context).records.set(region, { ...known, lease });
      }
    };
    if (this.records(region, 'ordering').lease === undefined) {
      // The first lease was given when the region was deployed: long ago.
      for (const to of this.replication.regions) write(to);
      return;
    }
    write(region);
    this.replication.send(region, write, 'in the background');
  }

  /** The records about one region in every table, as another one's replicas have them. */
  recordsOf(about: string, seenBy: string): readonly RegionRecords[] {
    return contexts.map((context) => this.records(seenBy, context, about));
  }

  /** Right into the tables of the region that is fenced. */
  tellFence(fence: RegionFence): void {
    for (const context of contexts) this.putFence(fence.region, context, fence);
  }

  /** Into every table through the local region, and into the others as replication brings it. */
  writeFence(by: string, fence: RegionFence): void {
    for (const context of contexts) {
      this.putFence(by, context, fence);
      this.replication.send(by, (to) => this.putFence(to, context, fence));
    }
  }

  private putFence(to: string, context: Context, fence: RegionFence): void {
    const known = this.records(to, context, fence.region);
    const { epoch = 0, fenced = true } = known.fence ?? {};
    if (epoch > fence.epoch || (epoch === fence.epoch && (!fenced || known.fence?.fenced === fence.fenced))) return;
    this.gate(to, context).records.set(fence.region, { ...known, fence });
    if (to === fence.region && fence.fenced) this.fencedSince.set(`${to}/${context}`, this.time.now);
  }
}
