import type { Clock } from '../shared/clock.port';
import type { Log } from '../shared/log.port';
import { type RegionFence, standingOf } from '../shared/region-standing';
import { untilFresh } from '../shared/until-fresh';
import type { FencedRegion, FenceRequest } from './fence-region.contract';
import { newestFence } from './newest-fence';
import { publishedSince } from './published-since';
import { decideFence } from './region-fencing';
import type { RegionTable } from './region-ledger.port';
import { LastHealthyRegionError, NotTheSuccessorError, OutdatedEpochError, UnknownRegionError } from './regions.errors';

/** What fence-region works with. */
export interface FenceRegionDeps {
  /** The region it runs in. */
  readonly here: string;
  /** All regions of the stage. */
  readonly regions: readonly string[];
  readonly tables: readonly RegionTable[];
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Puts up a region's fence in every table, here and, if it answers, right in the region itself. However often it is asked,
 * with one effect.
 * @throws UnknownRegionError the stage has no such region
 * @throws NotTheSuccessorError asked in another region than the one that is to take over
 * @throws LastHealthyRegionError the successor is not in service
 * @throws OutdatedEpochError something newer was decided about the region
 */
export const fenceRegion =
  ({ here, regions, tables, clock, log }: FenceRegionDeps) =>
  async (order: FenceRequest): Promise<FencedRegion> => {
    const { region, successor } = order;
    for (const name of [region, successor]) if (!regions.includes(name)) throw new UnknownRegionError(name, regions);
    if (region === successor) throw new LastHealthyRegionError(region, 'it cannot take over from itself');
    if (successor !== here) throw new NotTheSuccessorError(successor, here);

    const checkSuccessor = async ({ context, own }: RegionTable): Promise<void> => {
      const { lease, fence } = await own.recordsOf(successor);
      const { kind } = standingOf(lease, fence, clock.now());
      if (kind !== 'active')
        throw new LastHealthyRegionError(region, `${successor} is ${kind} by the table of ${context}`);
    };

    const putUp = ({ own }: RegionTable): Promise<RegionFence> =>
      untilFresh(async () => {
        const { fence: known } = await own.recordsOf(region);
        const decision = decideFence(known, order, clock.now());
        if (decision.kind === 'outdated') throw new OutdatedEpochError(region, order.epoch, decision.known);
        if (decision.kind === 'write') await own.putFence(decision.fence, known);
        return decision.fence;
      });

    /** Replication brings the fence to the region, too, but only as soon as it works. */
    const tell = async ({ peers }: RegionTable, fence: RegionFence): Promise<void> => {
      const there = peers.get(region);
      const known = (await there?.recordsOf(region))?.fence;
      const isKnown = known?.epoch === fence.epoch && known.lossDeclared === fence.lossDeclared;
      if (!isKnown && newestFence([fence, known]) === fence) await there?.putFence(fence, known);
    };

    await Promise.all(tables.map(checkSuccessor));
    const fences = await Promise.all(tables.map(putUp));
    const told = await Promise.all(
      tables.map(async (table, index) => {
        try {
          const fence = fences[index];
          if (fence) await tell(table, fence);
          return [table.context];
        } catch (error) {
          log.warn('region not told of its fence directly', { region, context: table.context, error });
          return [];
        }
      }),
    );
    return { region, successor, epoch: order.epoch, since: publishedSince(fences), told: told.flat() };
  };
