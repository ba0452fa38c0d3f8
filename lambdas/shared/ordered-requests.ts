import * as z from 'zod/mini';
import type { Clock } from './clock.port';
import { fieldIssues } from './issue-text';
import type { Log } from './log.port';
import { gapsOpen } from './log-lines.contract';
import { fillGaps } from './ordered-gaps';
import type { OrderedLog } from './ordered-log.port';
import { replayStep } from './ordered-replay';
import { OrderedRun, type OrderedRunDeps } from './ordered-run';
import { FIRST_GENERATION, type Generation } from './ordered-store.port';
import type { StreamCheckpoints } from './stream-checkpoints.port';
import {
  type FillGapsAnswer,
  type LagAnswer,
  type PromoteAnswer,
  type ReplayAnswer,
  type ReplayRequest,
  type StreamAnswer,
  type StreamRefusal,
  streamRequest,
} from './stream-request.contract';
import type { Tries } from './tries.port';

/** What such requests are answered with. */
export interface OrderedRequestsDeps extends OrderedRunDeps {
  readonly checkpoints: StreamCheckpoints;
  readonly clock: Clock;
  readonly log: Log;
  readonly gapPatienceSeconds: number;
  readonly tries: Tries;
  readonly source?: OrderedLog;
}

/** An invocation that such requests come with. */
export interface RequestCall {
  readonly redriveFunction: string;
  /** Whether to begin something further. */
  readonly hasTime: () => boolean;
}

/** No invocation goes on for longer: what was in an old generation's hands when another became active has ended by then. Milliseconds. */
const LONGEST_INVOCATION_MS = 900_000;
/** How many gaps are counted at most. */
const MAX_COUNTED = 1_000;

const refusal = (reason: string): StreamRefusal => ({ outcome: 'refused', reason });

/** Answers operators and schedules about a stream. */
export class OrderedRequests {
  constructor(private readonly deps: OrderedRequestsDeps) {}

  async answer(request: unknown, call: RequestCall): Promise<StreamAnswer> {
    const parsed = z.safeParse(streamRequest, request);
    if (!parsed.success) {
      const faults = fieldIssues(parsed.error).map(
        ({ field, expected }) => `${field || 'the request'}: expected ${expected}`,
      );
      return refusal(faults.join('; '));
    }
    if ('fillGaps' in parsed.data) return this.fillGaps(call);
    if ('replay' in parsed.data) return this.replay(parsed.data.replay, call);
    if ('promote' in parsed.data) return this.promote(parsed.data.promote);
    return this.lag();
  }

  private async fillGaps(call: RequestCall): Promise<FillGapsAnswer> {
    const { store, clock, consumer, log, gapPatienceSeconds } = this.deps;
    const generation = await store.active();
    const run = this.runInto(generation.name, call);
    const caughtUp = await this.catchUp(generation, run, call);
    const filling = { generation, run, now: clock.now(), patienceMs: gapPatienceSeconds * 1_000 };
    const { since, ...filled } = await fillGaps(this.deps, { ...filling, hasTime: call.hasTime });
    if (since !== undefined) {
      const oldestSeconds = Math.round((clock.now().getTime() - Date.parse(since)) / 1_000);
      log.warn(gapsOpen, { consumer, generation: generation.name, oldestSeconds, ...filled });
    }
    return { fillGaps: { ...filled, caughtUp } };
  }

  /** Reads what may have gone to the generation that was active before. Answers how many records that were. */
  private async catchUp(generation: Generation, run: OrderedRun, { hasTime }: RequestCall): Promise<number> {
    const { source, checkpoints, clock } = this.deps;
    const { name, catchUpUntil = 0, leftAt, from } = generation;
    if (source === undefined || catchUpUntil === 0 || (await checkpoints.caughtUpUntil(name)) >= catchUpUntil) return 0;
    const now = clock.now();
    const since = leftAt ?? from;
    const begun = (await checkpoints.replay(name)).length > 0;
    const start = since === undefined ? 'horizon' : { time: new Date(since - LONGEST_INVOCATION_MS).toISOString() };
    const step = { run, from: begun ? 'checkpoint' : start, until: catchUpUntil, hasTime } as const;
    const { read, done } = await replayStep({ ...this.deps, source }, step, now);
    if (done && now.getTime() > catchUpUntil) await checkpoints.saveCaughtUp(name, catchUpUntil);
    return read;
  }

  private async replay({ from, into, until }: ReplayRequest, call: RequestCall): Promise<ReplayAnswer | StreamRefusal> {
    const { source, store, clock, consumer, log } = this.deps;
    if (source === undefined)
      return refusal('replay: the log cannot be read here; reset the offsets of its consumer group');
    if ((await store.generation(into)) === undefined) {
      // The time from which on events are looked for; whatever is earlier is not of this generation.
      const begins = typeof from === 'object' && 'time' in from ? Date.parse(from.time) : 0;
      const { name: follows } = await store.active();
      await store.saveGeneration({ name: into, from: begins, follows });
    }
    const step = { run: this.runInto(into, call), from, hasTime: call.hasTime };
    const bounded = until === undefined ? step : { ...step, until: Date.parse(until) };
    const replay = await replayStep({ ...this.deps, source }, bounded, clock.now());
    const { shards: _each, ...counts } = replay;
    log.info('log replayed', { consumer, ...counts });
    return { replay };
  }

  private async promote(name: string): Promise<PromoteAnswer | StreamRefusal> {
    const { store, clock, consumer, log } = this.deps;
    const promoted = await store.generation(name);
    if (promoted === undefined && name !== FIRST_GENERATION) {
      return refusal(`promote: there is no generation ${name}; replay the log into it first`);
    }
    const now = clock.now().getTime();
    const active = await store.active();
    if (active.name === name) return { promoted: name, before: name };
    await store.saveGeneration({ ...active, leftAt: now });
    await store.saveGeneration({ ...promoted, name, catchUpUntil: now + LONGEST_INVOCATION_MS });
    const before = await store.activate(name);
    log.warn('generation promoted', { consumer, promoted: name, before });
    return { promoted: name, before };
  }

  private async lag(): Promise<LagAnswer> {
    const { store, checkpoints, source, clock } = this.deps;
    const known = new Map((await checkpoints.list()).map((one) => [one.shardId, one]));
    const readable = new Set(((await source?.shards()) ?? []).map(({ shardId }) => shardId));
    const shardIds = new Set([...readable, ...known.keys()]);
    const lag: LagAnswer['lag'][number][] = [];
    for (const shardId of shardIds) {
      const checkpoint = known.get(shardId);
      const { sequenceNumber, arrivedAt, savedAt, records = 0 } = checkpoint ?? {};
      const point =
        sequenceNumber === undefined ? { kind: 'horizon' as const } : { kind: 'after' as const, sequenceNumber };
      // A shard that was split or merged is forgotten with its last record.
      const page = readable.has(shardId) ? await source?.read(shardId, point, 1) : undefined;
      // A closed shard without a record behind the checkpoint is read to its end.
      const ended = page?.next === undefined && page?.records.length === 0;
      lag.push({
        shardId,
        ...(sequenceNumber !== undefined && { sequenceNumber }),
        ...(arrivedAt !== undefined && { arrivedAt: new Date(arrivedAt).toISOString() }),
        ...(savedAt !== undefined && { savedAt }),
        records,
        ...(page !== undefined && { behindMs: ended ? 0 : behind(page, clock) }),
      });
    }
    let gaps = 0;
    const before = new Date(clock.now().getTime() + LONGEST_INVOCATION_MS).toISOString();
    const generation = (await store.active()).name;
    for (let next: string | undefined; gaps < MAX_COUNTED; ) {
      const page = await store.gaps(before, next);
      gaps += page.entities.filter((one) => one.generation === generation).length;
      if (page.next === undefined) break;
      next = page.next;
    }
    return { generation, lag, gaps };
  }

  private runInto(generation: string, { redriveFunction }: RequestCall): OrderedRun {
    return new OrderedRun(this.deps, generation, redriveFunction);
  }
}

/** The age of the first record that is not passed yet. */
const behind = (
  page: { readonly records: readonly { readonly place: { readonly arrivedAt: number } }[] },
  clock: Clock,
) => {
  const [first] = page.records;
  return first === undefined ? 0 : Math.max(0, clock.now().getTime() - first.place.arrivedAt);
};
