import type { Clock } from '../shared/clock.port';
import { RegionNotEvacuatedError } from '../shared/region-gate.errors';
import { untilFresh } from '../shared/until-fresh';
import { decideUnfence } from './region-fencing';
import type { RegionTable } from './region-ledger.port';
import { RegionNotQuietError } from './regions.errors';
import type { UnfencedRegion, UnfenceRequest } from './unfence-region.contract';

/** What unfence-region works with. */
export interface UnfenceRegionDeps {
  /** The region it runs in. */
  readonly here: string;
  readonly tables: readonly RegionTable[];
  readonly clock: Clock;
}

/**
 * Lifts a region's fence in every table, to the end of the handover. Its keeper then renews its lease, and the region is in service again.
 * However often it is asked, with one effect.
 * @throws RegionNotEvacuatedError the region was not evacuated to this one
 * @throws RegionNotQuietError the region has not acknowledged its fence in every table; nothing was lifted
 */
export const unfenceRegion =
  ({ here, tables, clock }: UnfenceRegionDeps) =>
  async ({ region }: UnfenceRequest): Promise<UnfencedRegion> => {
    const decide = async ({ context, own }: RegionTable) => {
      const records = await own.recordsOf(region);
      const decision = decideUnfence(records, here, clock.now());
      if (decision.kind === 'not-evacuated') throw new RegionNotEvacuatedError(region, here);
      if (decision.kind === 'not-quiet') throw new RegionNotQuietError(region, `${context}: ${decision.why}`);
      return { decision, known: records.fence };
    };
    // All tables are looked at before the first is written: a region that is half let in writes in one context and not in the next.
    await Promise.all(tables.map(decide));
    const lifted = await Promise.all(
      tables.map((table) =>
        untilFresh(async () => {
          const { decision, known } = await decide(table);
          if (decision.kind === 'write') await table.own.putFence(decision.fence, known);
          return decision.fence;
        }),
      ),
    );
    const times = lifted.map(({ unfencedAt = '' }) => unfencedAt).sort();
    return { region, epoch: Math.max(...lifted.map(({ epoch }) => epoch)), unfencedAt: times.at(-1) ?? '' };
  };
