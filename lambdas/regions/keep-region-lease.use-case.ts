import type { Clock } from '../shared/clock.port';
import { StaleEntityError } from '../shared/entity-store.errors';
import type { Log } from '../shared/log.port';
import { type RegionStanding, standingOf } from '../shared/region-standing';
import { newestFence } from './newest-fence';
import { decideLease, type PeersWord } from './region-lease-keeping';
import type { RegionTable } from './region-ledger.port';
import type { RegionReport } from './region-report.port';
import { LeaseNotKeptError } from './regions.errors';

/** What the lease keeper works with. */
export interface KeepRegionLeaseDeps {
  /** Whose lease it keeps: the region it runs in. */
  readonly region: string;
  readonly durationSeconds: number;
  /** The tables of all contexts: each is a lease of its own. */
  readonly tables: readonly RegionTable[];
  readonly report: RegionReport;
  readonly clock: Clock;
  readonly log: Log;
}

/** Where the region stands by one table. */
export interface KeptLease {
  readonly context: string;
  readonly standing: RegionStanding['kind'];
}

/**
 * Keeps the lease of this region in every context's table, and says that the region is in service when it is active by all of them. Each time
 * every other region is asked whether this one was fenced.
 * @throws LeaseNotKeptError a table could not be read or written; the others are done
 */
export const keepRegionLease =
  ({ region, durationSeconds, tables, report, clock, log }: KeepRegionLeaseDeps) =>
  async (): Promise<readonly KeptLease[]> => {
    const ask = async ({ context, own, peers }: RegionTable): Promise<PeersWord> => {
      const asked = [...peers];
      const answers = await Promise.allSettled(asked.map(async ([, ledger]) => (await ledger.recordsOf(region)).fence));
      const fences = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
      const silent = asked.flatMap(([peer], index) => (answers[index]?.status === 'rejected' ? [peer] : []));
      if (silent.length === 0) return { fences, unheard: [] };
      const reasons = answers.flatMap((answer) => (answer.status === 'rejected' ? [String(answer.reason)] : []));
      log.warn('another region does not answer', { context, region, silent, reasons });
      // The fence of a silent region is lifted by its successor alone: this region, or one that has answered.
      const heard = [
        own,
        ...asked.flatMap(([, ledger], index) => (answers[index]?.status === 'fulfilled' ? [ledger] : [])),
      ];
      const evacuated = await Promise.allSettled(
        silent.map(async (peer) =>
          newestFence(await Promise.all(heard.map(async (one) => (await one.recordsOf(peer)).fence))),
        ),
      );
      const isOut = (known: (typeof evacuated)[number] | undefined): boolean =>
        known?.status === 'fulfilled' && known.value?.fenced === true;
      return { fences, unheard: silent.filter((_, index) => !isOut(evacuated[index])) };
    };

    const keep = async (table: RegionTable): Promise<KeptLease> => {
      const { context, own } = table;
      // Before the questions: what the answers take does not make the lease longer.
      const now = clock.now();
      const [records, word] = await Promise.all([own.recordsOf(region), ask(table)]);
      const decision = decideLease(records, word, { region, durationSeconds }, now);
      if (decision.kind === 'renew' || decision.kind === 'acknowledge')
        await own.putLease(decision.lease, records.lease);
      else log.warn('lease not renewed', { context, region, decision });
      const lease = 'lease' in decision ? decision.lease : records.lease;
      return { context, standing: standingOf(lease, newestFence([records.fence, ...word.fences]), clock.now()).kind };
    };

    const kept = await Promise.allSettled(tables.map(keep));
    const failures = kept.flatMap((outcome, index) =>
      // The keeper of another invocation was faster: what it wrote is as good.
      outcome.status === 'rejected' && !(outcome.reason instanceof StaleEntityError)
        ? [{ context: tables[index]?.context ?? '', reason: outcome.reason as unknown }]
        : [],
    );
    const [first] = failures;
    if (first)
      throw new LeaseNotKeptError(
        region,
        failures.map(({ context }) => context),
        first.reason,
      );
    const leases = kept.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    if (leases.every(({ standing }) => standing === 'active')) report.inService(region);
    return leases;
  };
