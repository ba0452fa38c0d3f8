import type { Clock } from './clock.port';
import type { Log } from './log.port';
import { type LogSearched, searchShard, shardsOf } from './log-reading';
import { type Arrival, arrivalOf } from './ordered-arrival';
import type { LogPoint, OrderedLog } from './ordered-log.port';
import { type Gap, gapOf, groupOf } from './ordered-message';
import type { OrderedRun } from './ordered-run';
import type { GapPage, Generation, KnownEntity, OrderedStore } from './ordered-store.port';
import type { Parking } from './parking.port';
import type { GapLook, StreamCheckpoints } from './stream-checkpoints.port';
import type { StreamRecord } from './stream-record';
import type { Tries } from './tries.port';

/** What a search of the log works with. */
export interface SearchDeps {
  readonly source?: OrderedLog;
  readonly checkpoints: Pick<StreamCheckpoints, 'looks' | 'saveLooks'>;
  readonly clock: Clock;
}

/** What filling gaps works with. */
export interface GapDeps extends SearchDeps {
  readonly store: OrderedStore;
  readonly parking: Parking;
  readonly tries: Tries;
  readonly log: Log;
}

/** One run over the gaps of a generation. */
export interface GapFilling {
  readonly generation: Generation;
  readonly run: OrderedRun;
  readonly now: Date;
  /** How long a missing event may still come by itself, in milliseconds. */
  readonly patienceMs: number;
  readonly hasTime: () => boolean;
}

/** What became of gaps. */
export interface FilledGaps {
  gaps: number;
  filled: number;
  parked: number;
  joined: number;
  left: number;
  /** Since when the first of them has waited; RFC 3339, UTC. Absent when there is none. */
  readonly since?: string;
}

/** Gaps of one run: what waits for longest comes first. */
const MAX_GAPS = 200;
/** How far before the first event that waits to look for what is missing, when nothing of its entity was applied yet: an hour. */
const LOOK_BACK_MS = 3_600_000;
/** The log's times are approximate. */
const MARGIN_MS = 60_000;
/** Looks that may end in the middle of an entity's events until it is taken to be the entity that ends them. */
const MAX_KILLED = 3;

/** Where in the log the events that an entity lacks may be. */
const searchFrom = ({ position, early }: KnownEntity, { from }: Generation): number => {
  if (position.lastArrival !== undefined) return position.lastArrival - MARGIN_MS;
  const first = Math.min(...early.map(({ place }) => place.arrivedAt)) - LOOK_BACK_MS;
  return from === undefined ? first : Math.max(first, from - MARGIN_MS);
};

/** How a search is done. */
interface GapSearch {
  /** Its name: one that ran out of time goes on where it was. */
  readonly name: string;
  readonly run: OrderedRun;
  /** Where to begin for an entity, in epoch milliseconds. */
  readonly from: (known: KnownEntity) => number;
  readonly hasTime: () => boolean;
  /** Delivers what was found of an entity; answers whether to look for more of it. */
  readonly deliver: (gap: Gap, records: readonly StreamRecord[]) => Promise<boolean>;
}

/** A place in a shard, and when the log took what is there: for one that a search has reached, or begins at. */
type Place = Pick<GapLook, 'at' | 'sequenceNumber'>;

const pointOf = ({ at, sequenceNumber }: Place): LogPoint => {
  if (sequenceNumber !== undefined) return { kind: 'after', sequenceNumber };
  return at <= 0 ? { kind: 'horizon' } : { kind: 'time', at };
};

/** Where a search has come to; `undefined` when it has read nothing. */
const reachedBy = ({ last, behindMs }: LogSearched, clock: Clock): Place | undefined => {
  if (last !== undefined) return { at: last.place.arrivedAt, sequenceNumber: last.place.sequenceNumber };
  // Pages may be empty although more follows.
  if (behindMs === undefined) return undefined;
  return { at: clock.now().getTime() - behindMs - MARGIN_MS, sequenceNumber: undefined };
};

/** Reads the log for the events that entities lack, and for nothing else, and delivers them. Answers the entities for which it was not read to its end. */
const searchFor = async (
  { source, checkpoints, clock }: SearchDeps & { readonly source: OrderedLog },
  lacking: ReadonlyMap<string, KnownEntity>,
  { name, run, from, hasTime, deliver }: GapSearch,
): Promise<ReadonlySet<string>> => {
  const [shards, before] = await Promise.all([source.shards(), checkpoints.looks(name)]);
  const gaps = new Map<string, Gap>();
  for (const [entity, known] of lacking) {
    const gap = gapOf(run.generation, known);
    if (gap !== undefined) gaps.set(entity, gap);
  }
  const shardsOfEntity = new Map([...gaps.keys()].map((entity) => [entity, shardsOf(shards, entity)]));
  const isMissing = ({ entity, envelope }: Arrival): boolean => {
    const gap = gaps.get(entity);
    return gap !== undefined && envelope !== undefined && envelope.sequence >= gap.from && envelope.sequence <= gap.to;
  };
  const found = async (records: readonly StreamRecord[]): Promise<void> => {
    const arrivals = records.map(arrivalOf).filter(isMissing);
    if (arrivals.length === 0) return;
    const entities = [...new Set(arrivals.map((one) => one.entity))];
    // One after the other: who ends the worker is then known, and has not begun to hold up those before it.
    for (const entity of entities) {
      const theirs = arrivals.filter((one) => one.entity === entity).map(({ record }) => record);
      if (!(await deliver(gaps.get(entity) as Gap, theirs))) gaps.delete(entity);
    }
    for (const [entity, { position }] of await run.loadAll(entities)) {
      if (position.sequence >= (gaps.get(entity)?.to ?? 0)) gaps.delete(entity);
    }
  };
  const unread = new Set<string>();
  const looks = new Map<string, readonly GapLook[]>();
  // Parents come before their children: what a key's records are in order.
  for (const { shardId } of shards) {
    const entities = [...gaps.keys()].filter((entity) => shardsOfEntity.get(entity)?.has(shardId));
    if (entities.length === 0) continue;
    const begins = entities.map((entity): GapLook => {
      const missing = (gaps.get(entity) as Gap).from;
      const look = before.get(shardId)?.find((one) => one.entity === entity && one.missing === missing);
      return look ?? { entity, missing, at: from(lacking.get(entity) as KnownEntity) };
    });
    const searched = await searchShard(source, shardId, {
      partitionKeys: new Set(entities),
      from: pointOf(begins.reduce((one, other) => (other.at < one.at ? other : one))),
      hasTime,
      found: async (records) => {
        await found(records);
        return entities.some((entity) => gaps.has(entity));
      },
    });
    if (!searched.isDone) for (const entity of entities) unread.add(entity);
    const reached = reachedBy(searched, clock);
    const left = begins.filter(({ entity }) => gaps.has(entity));
    looks.set(
      shardId,
      left.map((look) => (reached !== undefined && reached.at >= look.at ? { ...look, ...reached } : look)),
    );
  }
  if (unread.size > 0) for (const [shardId, theirs] of looks) await checkpoints.saveLooks(name, shardId, theirs);
  // A search that has come to its end begins anew: what it could not read then may be mended.
  else for (const [shardId, theirs] of before) if (theirs.length > 0) await checkpoints.saveLooks(name, shardId, []);
  return unread;
};

/** Looks for what one entity lacks in all that the log has. Answers whether that was read to its end: the next look goes on where this one was. */
export const lookForMissing =
  ({ source, ...deps }: SearchDeps, hasTime: () => boolean) =>
  async (run: OrderedRun, entity: string): Promise<boolean> => {
    if (source === undefined) return true;
    const lacking = new Map([[entity, await run.load(entity)]]);
    const deliver: GapSearch['deliver'] = async (_gap, records) => {
      // Past the open case of its entity: it is what that waits for.
      await run.deliverAll(records, { pastCases: true });
      return true;
    };
    const name = groupOf(run.generation, entity);
    const unread = await searchFor({ ...deps, source }, lacking, { name, run, from: () => 0, hasTime, deliver });
    return unread.size === 0;
  };

/** Entities for which something has waited since before a time, and that are not parked. */
const waitingEntities = async ({ store, parking }: GapDeps, { generation }: GapFilling, before: Date) => {
  const lacking: GapPage['entities'][number][] = [];
  let next: string | undefined;
  do {
    const page = await store.gaps(before.toISOString(), next);
    const ours = page.entities.filter((one) => one.generation === generation.name);
    const open = await parking.openFor(ours.map(({ entity }) => groupOf(generation.name, entity)));
    lacking.push(...ours.filter(({ entity }) => !open.has(groupOf(generation.name, entity))));
    next = page.next;
  } while (next !== undefined && lacking.length < MAX_GAPS);
  return lacking.slice(0, MAX_GAPS);
};

/**
 * Begins an entity of which a generation's log has nothing earlier with its first event. Only when the generation before has applied what is
 * missing: what is missing there as well may be on its way. Answers whether it did.
 */
export const joinInTheMiddle = async (
  store: OrderedStore,
  run: OrderedRun,
  { from, follows }: Generation,
  known: KnownEntity,
): Promise<boolean> => {
  const gap = gapOf(run.generation, known);
  if (gap === undefined || known.position.sequence > 0 || from === undefined || follows === undefined) return false;
  const before = (await store.load(follows, [gap.entity])).get(gap.entity);
  if (before === undefined || before.position.sequence < gap.to) return false;
  await run.pass(gap.entity, gap.to, []);
  return true;
};

/**
 * Delivers what a look has found of an entity, and remembers that it began: a record that ends its worker would otherwise end every look, and
 * keep all other gaps open. What fails is left to the next look.
 */
const deliverCarefully =
  ({ tries, log }: GapDeps, run: OrderedRun, left: Set<string>): GapSearch['deliver'] =>
  async ({ entity, from }, records) => {
    const look = `${run.generation}/${entity}/${from}`;
    const killed = await tries.begin(look);
    if (killed >= MAX_KILLED) {
      const explanation = `${killed} workers that went on with event ${from} as the log has it have not come to an end`;
      await run.parkGap(await run.load(entity), explanation, 'WorkerLost');
      return false;
    }
    try {
      await run.deliverAll(records);
    } catch (error) {
      log.warn('gap not filled', { entity, generation: run.generation, error });
      left.add(entity);
    }
    await tries.end(look);
    return !left.has(entity);
  };

/**
 * Goes on with what waits and lacks nothing any more, however short it has waited: what it lacked was applied in another region, or its case was
 * closed. Another region may wait for it in turn. Answers how many entities went on.
 */
const goOnBehindClosed = async (deps: GapDeps, filling: GapFilling): Promise<number> => {
  const { generation, run, now, hasTime } = filling;
  // A time later than now: the index tells what waits since before it.
  const waiting = await waitingEntities(deps, filling, new Date(now.getTime() + 1));
  let gone = 0;
  for (const [entity, known] of await run.loadAll(waiting.map((one) => one.entity))) {
    if (gapOf(generation.name, known) !== undefined || known.early.length === 0) continue;
    if (!hasTime()) break;
    try {
      await run.goOn(known);
      gone += 1;
    } catch (error) {
      deps.log.warn('gap not filled', { entity, generation: generation.name, error });
    }
  }
  return gone;
};

/** Fills gaps that are old enough: from the log; what it does not have is parked, for an operator to decide about. */
export const fillGaps = async (deps: GapDeps, filling: GapFilling): Promise<FilledGaps> => {
  const { generation, run, now: at, patienceMs, hasTime } = filling;
  const gone = await goOnBehindClosed(deps, filling);
  const waiting = await waitingEntities(deps, filling, new Date(at.getTime() - patienceMs));
  const entities = waiting.map(({ entity }) => entity);
  const known = await run.loadAll(entities);
  const lacking = new Map([...known].filter(([, one]) => gapOf(generation.name, one) !== undefined));
  const { source } = deps;
  const failed = new Set<string>();
  const deliver = deliverCarefully(deps, run, failed);
  const { name } = generation;
  const from = (one: KnownEntity) => searchFrom(one, generation);
  const unread =
    source === undefined || lacking.size === 0
      ? new Set<string>()
      : await searchFor({ ...deps, source }, lacking, { name, run, from, hasTime, deliver });
  const since = waiting[0]?.waitingSince;
  const counts: FilledGaps = {
    ...{ gaps: entities.length + gone, filled: gone, parked: 0, joined: 0, left: 0 },
    ...(since !== undefined && { since }),
  };
  const [now, open] = await Promise.all([
    run.loadAll(entities),
    deps.parking.openFor(entities.map((entity) => groupOf(generation.name, entity))),
  ]);
  for (const [entity, one] of now) {
    const gap = gapOf(generation.name, one);
    const goneOn = one.position.sequence > (known.get(entity)?.position.sequence ?? 0);
    if (open.has(groupOf(generation.name, entity))) counts.parked += 1;
    else if (goneOn || gap === undefined) counts.filled += 1;
    else if (failed.has(entity) || unread.has(entity)) counts.left += 1;
    else if (await joinInTheMiddle(deps.store, run, generation, one)) {
      counts.joined += 1;
    } else {
      const missing = gap.from === gap.to ? `event ${gap.from}` : `events ${gap.from} to ${gap.to}`;
      const where = source === undefined ? 'and there is no log to read again' : 'and the log does not have it';
      await run.parkGap(one, `${missing} did not arrive, ${where}`);
      counts.parked += 1;
    }
  }
  return counts;
};
