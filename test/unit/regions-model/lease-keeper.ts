import { decideLease, type LeaseTerms } from '../../../lambdas/regions/region-lease-keeping';
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

/** What peers answered about this region's fence, and whether they were enough of them. */
interface Answers {
  readonly fences: readonly (RegionFence | undefined)[];
  readonly enough: boolean;
}

/** The region's next lease in one table, or `undefined` when it must not be renewed. */
const nextLease = (
  terms: LeaseTerms,
  now: Date,
  records: RegionRecords,
  { asking, ask }: { readonly asking: Asking; readonly ask: () => Answers },
): RegionLease | undefined => {
  const unasked = decideLease(records, undefined, terms, now);
  if (unasked.kind === 'acknowledge') return unasked.lease;
  if (unasked.kind === 'renew' && (records.lease === undefined || asking === 'nobody while the lease lasts'))
    return unasked.lease;
  const { fences, enough } = ask();
  const decision = decideLease(records, fences, terms, now);
  if (decision.kind === 'acknowledge') return decision.lease;
  return decision.kind === 'renew' && enough ? decision.lease : undefined;
};

/** Keeps a region's leases for as long as the region runs. */
export const keepLeases = (deps: KeeperDeps): void => {
  const { region, time, log, replication, skew, asking, isRunning } = deps;
  // Whoever was evacuated has no say: with two regions, the one that is left could never renew.
  const peersOf = (context: Context): readonly string[] =>
    replication.regions.filter(
      (other) => other !== region && log.records(region, context, other).fence?.fenced !== true,
    );
  const askAll = (context: Context, peers: readonly string[]) => (): Answers => {
    const reachable = peers.filter((other) => replication.isUp(region, other));
    const enough =
      asking === 'every peer' ? reachable.length === peers.length : peers.length === 0 || reachable.length > 0;
    return { fences: reachable.map((other) => log.records(other, context, region).fence), enough };
  };
  const tick = (): void => {
    time.inBackground(everySeconds * 1_000, tick);
    if (!isRunning()) return;
    const now = new Date(time.now + skew);
    const leases = new Map<Context, RegionLease>();
    let [seen, lease]: [RegionRecords | undefined, RegionLease | undefined] = [undefined, undefined];
    for (const context of contexts) {
      const records = log.records(region, context);
      // As long as nobody was evacuated, all tables say the same.
      const isSame = log.fences === 0 && seen !== undefined && seen.lease === records.lease;
      if (!isSame) {
        const peers = peersOf(context);
        const terms = { region, durationSeconds: leaseSeconds, hasPeers: peers.length > 0 };
        lease = nextLease(terms, now, records, { asking, ask: askAll(context, peers) });
      }
      seen = records;
      if (lease) leases.set(context, lease);
    }
    if (leases.size > 0) log.writeLeases(region, leases);
  };
  tick();
};
