import type { Clock } from '../shared/clock.port';
import { stopsAt } from '../shared/region-standing';
import { untilFresh } from '../shared/until-fresh';
import { decideFence } from './region-fencing';
import type { RegionTable } from './region-ledger.port';
import { decideReopening } from './region-reopening';
import { RegionInServiceError, RegionNotQuietError, RegionStillHeldError, UnknownRegionError } from './regions.errors';
import type { ReopenedRegion, ReopenRequest } from './reopen-region.contract';

/** What reopen-region works with. */
export interface ReopenRegionDeps {
  /** The region it runs in, and the one that is opened. */
  readonly here: string;
  /** All regions of the stage. */
  readonly regions: readonly string[];
  readonly tables: readonly RegionTable[];
  readonly clock: Clock;
}

/**
 * Opens this region without the one that could let it in: fences that one, and ends this region's own fence. Its keeper then renews its
 * lease. For when no other way is left. May be repeated until the region is in service.
 * @throws UnknownRegionError the stage has no such region, or it is this one
 * @throws RegionInServiceError this region may write: nothing is to be opened
 * @throws RegionStillHeldError another region than the lost one has evacuated it
 * @throws RegionNotQuietError the lost region may still be writing; its fence is up, and the call may be repeated
 */
export const reopenRegion =
  ({ here, regions, tables, clock }: ReopenRegionDeps) =>
  async ({ lost, by, reason }: ReopenRequest): Promise<ReopenedRegion> => {
    const others = regions.filter((region) => region !== here);
    if (!others.includes(lost)) throw new UnknownRegionError(lost, others);
    const decide = async ({ own }: RegionTable) => {
      const known = await own.recordsOf(here);
      return { known, decision: decideReopening(known, { region: here, lost, by, reason }, clock.now()) };
    };

    const first = await Promise.all(tables.map(decide));
    if (first.every(({ decision }) => decision.kind === 'in-service')) throw new RegionInServiceError(here);
    for (const { decision } of first)
      if (decision.kind === 'held-by') throw new RegionStillHeldError(here, decision.successor, lost);

    const declareLost = ({ own }: RegionTable): Promise<number> =>
      untilFresh(async () => {
        const { fence: known, lease } = await own.recordsOf(lost);
        // Whoever evacuated it before has taken over from it.
        if (known?.fenced === true) return lease ? stopsAt(lease, known) : 0;
        const order = { region: lost, successor: here, epoch: (known?.epoch ?? 0) + 1, lossDeclared: true, by, reason };
        const decision = decideFence(known, order, clock.now());
        if (decision.kind === 'write') await own.putFence(decision.fence, known);
        return lease && decision.kind === 'write' ? stopsAt(lease, decision.fence) : 0;
      });
    const quietAt = Math.max(...(await Promise.all(tables.map(declareLost))));
    if (quietAt >= clock.now().getTime())
      throw new RegionNotQuietError(
        lost,
        `it may write until ${new Date(quietAt).toISOString()}, and the call is to be repeated then`,
      );

    const reopened = await Promise.all(
      tables.map((table) =>
        untilFresh(async () => {
          const { known, decision } = await decide(table);
          if (decision.kind === 'write') await table.own.putFence(decision.fence, known.fence);
          return decision.kind === 'write' ? [table.context] : [];
        }),
      ),
    );
    return { region: here, lost, reopened: reopened.flat() };
  };
