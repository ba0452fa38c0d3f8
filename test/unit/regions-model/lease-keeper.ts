import { decideLease } from '../../../lambdas/regions/region-lease-keeping';
import type { RegionRecords } from '../../../lambdas/shared/region-records';
import type { RegionFence, RegionLease } from '../../../lambdas/shared/region-standing';
import { type Context, contexts, type RegionLog } from './region-log';
import type { Replication } from './replication';
import type { VirtualTime } from './virtual-time';

/** How long a lease lasts, in seconds. */
export const leaseSeconds = 30;
const everySeconds = 10;

/** Whom a keeper asks before it renews; what a peer does not answer is no permission. */
export type Asking = 'every peer' | 'one peer' | 'nobody while the lease lasts';

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
  readonly told: readonly (RegionFence | undefined)[];
  readonly hasPeers: boolean;
  /** Whether enough peers have answered. */
  readonly enough: boolean;
}

const isSame = (one: Sight, other: Sight): boolean =>
  one.lease === other.lease &&
  one.fence === other.fence &&
  one.hasPeers === other.hasPeers &&
  one.enough === other.enough &&
  one.told.length === other.told.length &&
  one.told.every((fence, index) => fence === other.told[index]);

/** The region's next lease in one table, or `undefined` when it must not be renewed. */
const nextLease = (region: string, now: Date, sight: Sight, asking: Asking): RegionLease | undefined => {
  const { lease, told, hasPeers, enough } = sight;
  const terms = { region, durationSeconds: leaseSeconds, hasPeers };
  if (lease === undefined || asking === 'nobody while the lease lasts') {
    const unasked = decideLease(sight, [], terms, now);
    if (unasked.kind !== 'wait') return unasked.lease;
  }
  const decision = decideLease(sight, told, terms, now);
  if (decision.kind === 'acknowledge') return decision.lease;
  return decision.kind === 'renew' && enough ? decision.lease : undefined;
};

/** Keeps a region's leases for as long as the region runs. */
export const keepLeases = (deps: KeeperDeps): void => {
  const { region, time, log, replication, skew, asking, isRunning } = deps;
  const look = (context: Context): Sight => {
    const records = log.records(region, context);
    // Whoever was evacuated has no say: with two regions, the one that is left could never renew.
    const isOut = (other: string): boolean => log.records(region, context, other).fence?.fenced === true;
    const peers = replication.regions.filter((other) => other !== region && !isOut(other));
    const reachable = peers.filter((other) => replication.isUp(region, other));
    const told = reachable.map((other) => log.records(other, context, region).fence);
    const hasPeers = peers.length > 0;
    const enough = asking === 'every peer' ? reachable.length === peers.length : !hasPeers || reachable.length > 0;
    return { lease: records.lease, fence: records.fence, told, hasPeers, enough };
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
      if (seen === undefined || !isSame(seen, sight)) lease = nextLease(region, now, sight, asking);
      seen = sight;
      if (lease) leases.set(context, lease);
    }
    if (leases.size > 0) log.writeLeases(region, leases);
  };
  tick();
};
