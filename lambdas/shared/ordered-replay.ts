import { type GapDeps, joinInTheMiddle } from './ordered-gaps';
import type { LogPoint, LogShard, OrderedLog } from './ordered-log.port';
import type { OrderedRun } from './ordered-run';
import type { ReplayCheckpoint, StreamCheckpoints } from './stream-checkpoints.port';
import type { StreamRecord } from './stream-record';
import type { ReplayAnswer, ReplayRequest } from './stream-request.contract';

/** What a replay works with. */
export interface ReplayDeps extends GapDeps {
  readonly source: OrderedLog;
  readonly checkpoints: StreamCheckpoints;
}

/** One invocation's worth of a replay. */
export interface ReplayStep {
  readonly run: OrderedRun;
  readonly from: ReplayRequest['from'];
  /** Reads no record that arrived later, in epoch milliseconds. @default none */
  readonly until?: number;
  readonly hasTime: () => boolean;
}

type ShardProgress = ReplayAnswer['replay']['shards'][number];

/** Records that are delivered at once: a page of the log has up to 10,000. */
const SLICE = 500;

/** Shards that came of these, and these; parents come before their children in `shards`. */
const withDescendants = (shards: readonly LogShard[], roots: Iterable<string>): readonly LogShard[] => {
  const found = new Set(roots);
  for (const { shardId, parents } of shards) if (parents.some((parent) => found.has(parent))) found.add(shardId);
  return shards.filter(({ shardId }) => found.has(shardId));
};

const horizon: LogPoint = { kind: 'horizon' };

/** Where to begin in each shard that is read. */
const beginnings = async (
  { source, checkpoints }: ReplayDeps,
  { run, from }: ReplayStep,
): Promise<readonly ReplayCheckpoint[]> => {
  const shards = await source.shards();
  const at = (those: readonly LogShard[], pointOf: (shardId: string) => ReplayCheckpoint['from']) =>
    those.map(({ shardId }) => ({ shardId, from: pointOf(shardId), records: 0 }));
  if (from === 'horizon') return at(shards, () => horizon);
  if (from !== 'checkpoint' && 'time' in from) {
    const time: LogPoint = { kind: 'time', at: Date.parse(from.time) };
    return at(shards, () => time);
  }
  if (from !== 'checkpoint') {
    const { shardId: root, sequenceNumber } = from;
    const first: LogPoint = { kind: 'at', sequenceNumber };
    return at(withDescendants(shards, [root]), (shardId) => (shardId === root ? first : horizon));
  }
  const own = new Map((await checkpoints.replay(run.generation)).map((one) => [one.shardId, one]));
  if (own.size > 0) {
    const theirs = withDescendants(shards, own.keys());
    return theirs.map(({ shardId }) => own.get(shardId) ?? { shardId, from: horizon, records: 0 });
  }
  const points = new Map(
    (await checkpoints.list()).map(({ shardId, sequenceNumber }) => [
      shardId,
      { kind: 'after', sequenceNumber } as const,
    ]),
  );
  return at(shards, (shardId) => points.get(shardId) ?? horizon);
};

/** A step of a replay: reads shards, parents before their children, and delivers what they hold into the run's generation. */
class Reading {
  read = 0;

  constructor(
    private readonly deps: ReplayDeps,
    private readonly step: ReplayStep,
  ) {}

  /** Reads a shard as far as time allows. */
  async shard(start: ReplayCheckpoint): Promise<ShardProgress> {
    const { source, checkpoints } = this.deps;
    const { run, hasTime } = this.step;
    const { shardId } = start;
    if (start.from.kind === 'ended') return { shardId, behindMs: 0, done: true };
    let checkpoint = start;
    let at: Parameters<OrderedLog['read']>[1] = start.from;
    for (let behindMs = Number.NaN; ; ) {
      const progress = { shardId, ...numberOf(checkpoint) };
      if (!hasTime()) return { ...progress, behindMs: Number.isNaN(behindMs) ? 0 : behindMs, done: false };
      const page = await source.read(shardId, at);
      behindMs = page.behindMs;
      const due = this.due(page.records);
      await this.deliver(due);
      const last = due.at(-1)?.place.sequenceNumber;
      const isOver = due.length < page.records.length;
      const hasEnded = page.next === undefined && !isOver;
      if (last !== undefined || hasEnded) {
        const after: LogPoint | undefined = last === undefined ? undefined : { kind: 'after', sequenceNumber: last };
        const from = hasEnded ? ({ kind: 'ended' } as const) : (after ?? checkpoint.from);
        checkpoint = { shardId, from, records: checkpoint.records + due.length };
        await checkpoints.saveReplay(run.generation, checkpoint);
      }
      if (isOver || page.next === undefined || page.behindMs === 0) {
        return {
          shardId,
          ...(last === undefined ? numberOf(checkpoint) : { sequenceNumber: last }),
          behindMs,
          done: true,
        };
      }
      at = { kind: 'next', next: page.next };
    }
  }

  private due(records: readonly StreamRecord[]): readonly StreamRecord[] {
    const { until } = this.step;
    if (until === undefined) return records;
    const first = records.findIndex(({ place }) => place.arrivedAt > until);
    return first === -1 ? records : records.slice(0, first);
  }

  private async deliver(records: readonly StreamRecord[]): Promise<void> {
    for (let start = 0; start < records.length; start += SLICE) {
      const slice = records.slice(start, start + SLICE);
      // When it fails, what was delivered before is a repeat once the step is tried again.
      await this.step.run.deliverAll(slice);
      this.read += slice.length;
    }
  }
}

const numberOf = ({ from }: ReplayCheckpoint): { readonly sequenceNumber?: string } =>
  'sequenceNumber' in from ? { sequenceNumber: from.sequenceNumber } : {};

/** Begins the entities of which nothing was found that is earlier than what waits. Answers how many. */
const joinAll = async ({ store }: ReplayDeps, run: OrderedRun, before: string): Promise<number> => {
  let joined = 0;
  const generation = await store.generation(run.generation);
  if (generation === undefined) return 0;
  for (let next: string | undefined; ; ) {
    const page = await store.gaps(before, next);
    const entities = page.entities.filter((one) => one.generation === run.generation).map(({ entity }) => entity);
    for (const known of (await run.loadAll(entities)).values()) {
      if (await joinInTheMiddle(store, run, generation, known)) joined += 1;
    }
    if (page.next === undefined) return joined;
    next = page.next;
  }
};

/** Reads the log again into a generation, as far as time allows. What was read before is a repeat: nothing is applied twice. */
export const replayStep = async (deps: ReplayDeps, step: ReplayStep, now: Date): Promise<ReplayAnswer['replay']> => {
  const { run } = step;
  const begin = await beginnings(deps, step);
  // All of them first: whoever goes on from the checkpoints begins in each shard where this one did.
  for (const one of begin) await deps.checkpoints.saveReplay(run.generation, one);
  const reading = new Reading(deps, step);
  const shards: ShardProgress[] = [];
  for (const one of begin) shards.push(await reading.shard(one));
  const done = shards.every((shard) => shard.done);
  const joined = done ? await joinAll(deps, run, new Date(now.getTime() + 86_400_000).toISOString()) : 0;
  const { applied, duplicates, early, parked } = run.counts;
  return { into: run.generation, read: reading.read, applied, duplicates, early, parked, joined, done, shards };
};
