import type { AccessFinding } from './access-finding';
import type { AccessHistories } from './access-histories.port';
import { judgeAccess } from './access-judgement';
import { StaleHistoryError } from './access-watch.errors';
import type { FindingDesk } from './finding-desk.port';
import type { RecordedRequests } from './recorded-requests.port';
import { type SeenAccess, seenAccess } from './seen-access';
import { streamContent } from './stream-content';
import type { WatchReport } from './watch-report.port';

/** What watch-access needs. */
export interface WatchAccessDeps {
  readonly histories: AccessHistories;
  readonly desk: FindingDesk;
  readonly requests: RecordedRequests;
  readonly report: WatchReport;
  readonly region: string;
}

/** A record of the audit stream. */
interface Arrival {
  readonly sequenceNumber: string;
  readonly arrivedAt: Date;
  readonly data: Buffer;
}

/** Tries at a history that other shards change at the same time. */
const TRIES = 8;

const minuteOf = (time: string): number => Math.floor(Date.parse(time) / 60_000);

/** Has a step done again while its history turns out to be stale. */
const untilKept = async <T>(step: () => Promise<T>, tries = TRIES): Promise<T> => {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof StaleHistoryError) || tries <= 1) throw error;
    return untilKept(step, tries - 1);
  }
};

/**
 * Judges the accesses of a batch by what their actors usually do, tells what is unusual, and notes which requests have a record.
 * All of it may be repeated: an access that comes again is counted once, and a finding that was kept is told even if the batch that made it died.
 * @throws StaleHistoryError an actor's history was changed by others all the time: the batch comes again
 */
export const watchAccess = ({ histories, desk, requests, report, region }: WatchAccessDeps) => {
  const judge = (actorId: string, role: string, accesses: readonly SeenAccess[]) =>
    untilKept(async () => {
      const read = await histories.read(actorId, role);
      const known = accesses.reduce((before, access) => judgeAccess(before, access, region), read.known);
      await histories.keep(actorId, role, read, known);
      return known.actor.untold;
    });

  const tell = async (finding: AccessFinding): Promise<boolean> => {
    const whose = await desk.claim(finding);
    if (whose === 'mine') {
      await desk.publish(finding);
      await desk.settle(finding);
      report.found(finding);
    }
    return whose !== 'taken';
  };

  const forget = (actorId: string, role: string, told: ReadonlySet<string>) =>
    untilKept(async () => {
      const read = await histories.read(actorId, role);
      const untold = read.known.actor.untold.filter(({ findingId }) => !told.has(findingId));
      await histories.keep(actorId, role, read, { ...read.known, actor: { ...read.known.actor, untold } });
    });

  return async (_shardId: string, arrivals: readonly Arrival[]): Promise<void> => {
    const records = arrivals.flatMap(({ sequenceNumber, arrivedAt, data }) => {
      const content = streamContent(data);
      if (content.kind === 'unreadable') report.unreadable(sequenceNumber, content.issue);
      return content.kind === 'record'
        ? [{ record: content.record, access: seenAccess(content.record, arrivedAt) }]
        : [];
    });
    if (records.length === 0) return;
    await requests.note(records.map(({ record: { requestId, time } }) => ({ requestId, minute: minuteOf(time) })));
    // An actor may act in several roles, and each has its own habits.
    const groups = Map.groupBy(records, ({ access: { actorId, role } }) => JSON.stringify([actorId, role]));
    for (const [first, ...others] of groups.values()) {
      if (first === undefined) continue;
      const { actorId, role } = first.access;
      const untold = await judge(
        actorId,
        role,
        [first, ...others].map(({ access }) => access),
      );
      const told = new Set<string>();
      for (const finding of untold) if (await tell(finding)) told.add(finding.findingId);
      if (told.size > 0) await forget(actorId, role, told);
    }
  };
};
