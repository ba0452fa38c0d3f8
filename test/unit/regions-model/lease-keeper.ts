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

interface Sight {
  readonly lease?: RegionLease;
  readonly fence?: RegionFence;
  /** Fences of this region that peers know of; `undefined` when too few of them answer. */
  readonly peers: () => readonly (RegionFence | undefined)[] | undefined;
}

/** The region's next lease in one table, or `undefined` when it must not be renewed. */
const nextLease = (
  region: string,
  now: Date,
  { lease, fence, peers }: Sight,
  asking: Asking,
): RegionLease | undefined => {
  const renewedAt = now.toISOString();
  if (fence?.fenced) {
    return { region, activeUntil: renewedAt, state: 'QUIESCED', renewedAt, epoch: fence.epoch };
  }
  const lasts = lease?.state === 'ACTIVE' && new Date(lease.activeUntil) > now && lease.epoch >= (fence?.epoch ?? 0);
  let epoch = Math.max(fence?.epoch ?? 0, lease?.epoch ?? 0);
  if (lease !== undefined && !(lasts && asking === 'nobody while the lease lasts')) {
    const answers = peers();
    if (answers === undefined || answers.some((one) => one?.fenced)) return undefined;
    epoch = Math.max(epoch, ...answers.map((one) => one?.epoch ?? 0));
  }
  const activeUntil = new Date(now.getTime() + leaseSeconds * 1_000).toISOString();
  return { region, activeUntil, renewedAt, state: 'ACTIVE', epoch };
};

/** Keeps a region's leases for as long as the region runs. */
export const keepLeases = (deps: KeeperDeps): void => {
  const { region, time, log, replication, skew, asking, isRunning } = deps;
  const peersAbout = (context: Context) => (): readonly (RegionFence | undefined)[] | undefined => {
    // Whoever was evacuated has no say: with two regions, the one that is left could never renew.
    const isOut = (other: string): boolean => log.records(region, context, other).fence?.fenced === true;
    const peers = replication.regions.filter((other) => other !== region && !isOut(other));
    const reachable = peers.filter((other) => replication.isUp(region, other));
    const enough =
      asking === 'every peer' ? reachable.length === peers.length : peers.length === 0 || reachable.length > 0;
    return enough ? reachable.map((other) => log.records(other, context, region).fence) : undefined;
  };
  const tick = (): void => {
    time.inBackground(everySeconds * 1_000, tick);
    if (!isRunning()) return;
    const now = new Date(time.now + skew);
    const leases = new Map<Context, RegionLease>();
    let [seen, lease]: [Sight | undefined, RegionLease | undefined] = [undefined, undefined];
    for (const context of contexts) {
      const records = log.records(region, context);
      // As long as nobody was evacuated, all tables say the same.
      const isSame = log.fences === 0 && seen !== undefined && seen.lease === records.lease;
      const sight = { ...records, peers: peersAbout(context) };
      if (!isSame) lease = nextLease(region, now, sight, asking);
      seen = sight;
      if (lease) leases.set(context, lease);
    }
    if (leases.size > 0) log.writeLeases(region, leases);
  };
  tick();
};
