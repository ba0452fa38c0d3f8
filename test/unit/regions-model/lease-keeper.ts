import { newestFence } from '../../../lambdas/regions/newest-fence';
import { decideLease } from '../../../lambdas/regions/region-lease-keeping';
import type { RegionRecords } from '../../../lambdas/shared/region-records';
import type { RegionFence, RegionLease } from '../../../lambdas/shared/region-standing';
import { type Context, contexts, type RegionLog } from './region-log';
import type { Replication } from './replication';
import type { VirtualTime } from './virtual-time';

/** How long a lease lasts, in seconds. */
export const leaseSeconds = 30;
const everySeconds = 10;

/** Whom a keeper asks: every other region, as Tenfold's does, or nobody. */
export type Asking = 'every peer' | 'nobody';

/** What a keeper works with. */
export interface KeeperDeps {
  readonly region: string;
  readonly time: VirtualTime;
  readonly log: RegionLog;
  readonly replication: Replication;
  /** Milliseconds. */
  readonly skew: number;
  readonly asking: Asking;
  readonly isRunning: () => boolean;
}

/** What a keeper goes by in one table. */
interface Sight extends RegionRecords {
  /** Fences of this region that peers know of. */
  readonly fences: readonly (RegionFence | undefined)[];
  readonly unheard: readonly string[];
}

const isSame = (one: Sight, other: Sight): boolean =>
  one.lease === other.lease &&
  one.fence === other.fence &&
  one.fences.length === other.fences.length &&
  one.fences.every((fence, index) => fence === other.fences[index]) &&
  one.unheard.join() === other.unheard.join();

/** Keeps a region's leases for as long as the region runs. */
export const keepLeases = ({ region, time, log, replication, skew, asking, isRunning }: KeeperDeps): void => {
  const peers = replication.regions.filter((other) => other !== region);
  const look = (context: Context): Sight => {
    const records = log.records(region, context);
    if (asking === 'nobody') return { ...records, fences: [], unheard: [] };
    const heard = peers.filter((other) => replication.isUp(region, other));
    const fences = heard.map((other) => log.records(other, context, region).fence);
    const isEvacuated = (peer: string): boolean => {
      const known = [region, ...heard].map((one) => log.records(one, context, peer).fence);
      return newestFence(known)?.fenced === true;
    };
    const unheard = peers.filter((other) => !heard.includes(other) && !isEvacuated(other));
    return { ...records, fences, unheard };
  };
  const tick = (): void => {
    time.inBackground(everySeconds * 1_000, tick);
    if (!isRunning()) return;
    const now = new Date(time.now + skew);
    const leases = new Map<Context, RegionLease>();
    let [seen, lease]: [Sight | undefined, RegionLease | undefined] = [undefined, undefined];
    for (const context of contexts) {
      const sight = look(context);
      // Most of the time, all tables say the same.
      if (seen === undefined || !isSame(seen, sight)) {
        const decision = decideLease(sight, sight, { region, durationSeconds: leaseSeconds }, now);
        lease = decision.kind === 'wait' ? undefined : decision.lease;
      }
      seen = sight;
      if (lease) leases.set(context, lease);
    }
    if (leases.size > 0) log.writeLeases(region, leases);
  };
  tick();
};
