import type { Clock } from '../shared/clock.port';
import type { Log } from '../shared/log.port';
import { RegionNotEvacuatedError } from '../shared/region-gate.errors';
import { isSuccessor } from '../shared/region-standing';
import type { ComparedReplicas, CompareRequest } from './compare-replicas.contract';
import type { RegionLedger } from './region-ledger.port';
import { UnknownContextError } from './regions.errors';
import { concerns, haveParted, type ItemPair, isSame, type ReplicaItem, winnerOf } from './replica-difference';
import type { ItemKey, ReplicaPair } from './replica-pair.port';

/** What compare-replicas works with. */
export interface CompareReplicasDeps {
  /** The region it runs in. */
  readonly here: string;
  /** The tables of one context; `undefined` when the stage has no such context. */
  readonly tablesOf: (
    context: string,
    region: string,
  ) => { readonly pair: ReplicaPair; readonly ledger: RegionLedger } | undefined;
  /** Long enough for what is under way between replicas to arrive. */
  readonly settle: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Keys that an answer names at most: it is read by people, and kept in an execution's history. */
const MAX_KEYS = 20;

/** A write that another region still does not show after this time may have been overruled there: it is made once more. Milliseconds. */
const REPAIR_AGAIN_MS = 5 * 60_000;

const keyOf = ({ here, there }: ItemPair): string => `${here?.pk ?? there?.pk} ${here?.sk ?? there?.sk}`;

/**
 * Compares what two regions have stored of a context, item by item, and writes divergent items again from their winner, so that
 * replication brings it everywhere. What only the other region has is not seen from here (`await-arrival` sees it), and what a third region
 * has is left alone: that region is writing it.
 * @throws UnknownContextError
 * @throws RegionNotEvacuatedError the region is not evacuated to this one: it may be writing, and nothing may be repaired
 */
export const compareReplicas =
  ({ here, tablesOf, settle, clock, log }: CompareReplicasDeps) =>
  async ({ region, context, cursor }: CompareRequest, hasTime: () => boolean): Promise<ComparedReplicas> => {
    const tables = tablesOf(context, region);
    if (tables === undefined) throw new UnknownContextError(context, region);
    const { pair, ledger } = tables;
    const { lease, fence } = await ledger.recordsOf(region);
    if (!isSuccessor(here, lease, fence, clock.now())) throw new RegionNotEvacuatedError(region, here);
    const regions = { here, there: region };
    const parted: string[] = [];
    let [looked, repaired] = [0, 0];
    let next: ItemKey | undefined = cursor;

    const isUnderWay = ({ repairedAt }: ReplicaItem): boolean =>
      typeof repairedAt === 'string' && clock.now().getTime() - Date.parse(repairedAt) < REPAIR_AGAIN_MS;

    const repair = async (divergent: ItemPair): Promise<void> => {
      parted.push(keyOf(divergent));
      const winner = winnerOf(divergent, regions);
      if (winner === undefined || (winner === divergent.here && isUnderWay(winner))) return;
      // A write that changes nothing is not replicated: the mark makes it one that does.
      if (await pair.write({ ...winner, repairedAt: clock.now().toISOString() }, divergent.here)) repaired += 1;
      log.warn('replicas have parted', { context, region, key: keyOf(divergent) });
    };

    do {
      const page = await pair.page(next);
      looked += page.items.length;
      const before = (await pair.pairsOf(page.items)).filter(
        (one) => concerns(regions, one) && !isSame(one.here, one.there),
      );
      if (before.length > 0) {
        await settle();
        const keys = before.flatMap((one) => [one.here ?? one.there ?? []].flat());
        const now = await pair.pairsOf(keys);
        for (const [index, one] of before.entries()) {
          const again = now[index];
          if (again && haveParted(one, again)) await repair(again);
        }
      }
      next = page.next;
    } while (next !== undefined && hasTime());

    return {
      ...{ looked, divergent: parted.length, repaired, keys: parted.slice(0, MAX_KEYS) },
      ...(next !== undefined && { cursor: { pk: next.pk, sk: next.sk } }),
    };
  };
