import type { RegionLedger, RegionTable } from '../../../lambdas/regions/region-ledger.port';
import { StaleEntityError } from '../../../lambdas/shared/entity-store.errors';
import type { RegionRecords } from '../../../lambdas/shared/region-records';
import type { RegionFence, RegionLease } from '../../../lambdas/shared/region-standing';

/** Records about regions in memory, with the rules of the table. */
export class InMemoryRegionLedger implements RegionLedger {
  readonly records = new Map<string, RegionRecords>();
  /** Set to have every call fail: the region does not answer. */
  isAway = false;
  writes = 0;

  async recordsOf(region: string): Promise<RegionRecords> {
    if (this.isAway) throw new Error('no answer');
    return this.records.get(region) ?? {};
  }

  async putLease(lease: RegionLease, basedOn: RegionLease | undefined): Promise<void> {
    const known = await this.recordsOf(lease.region);
    if (known.lease?.renewedAt !== basedOn?.renewedAt) throw new StaleEntityError(lease.region);
    this.put(lease.region, { ...known, lease });
  }

  async putFence(fence: RegionFence, basedOn: RegionFence | undefined): Promise<void> {
    const known = await this.recordsOf(fence.region);
    if (known.fence?.epoch !== basedOn?.epoch || known.fence?.fenced !== basedOn?.fenced)
      throw new StaleEntityError(fence.region);
    this.put(fence.region, { ...known, fence });
  }

  put(region: string, records: RegionRecords): void {
    this.writes += 1;
    this.records.set(region, records);
  }
}

/** The tables of two contexts in one region, with one other region. */
export const twoTables = (peer = 'us-east-1') => {
  const ledgers = {
    ordering: { own: new InMemoryRegionLedger(), peer: new InMemoryRegionLedger() },
    payments: { own: new InMemoryRegionLedger(), peer: new InMemoryRegionLedger() },
  };
  const tables: readonly RegionTable[] = Object.entries(ledgers).map(([context, ledger]) => ({
    context,
    own: ledger.own,
    peers: new Map([[peer, ledger.peer]]),
  }));
  return { tables, ...ledgers, all: Object.values(ledgers) };
};
