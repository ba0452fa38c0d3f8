import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../drills/harness/random';
import type { Benchmark } from '../harness/benchmark';
import { atMost, reading } from '../harness/measurement';
import { percentile } from '../harness/summary';
import { MeasuredEntities, measuredV1 } from './measured-entities';
import { type HeardEvent, listenTo } from './topic-listener';

const SEED = '1';
const CONTEXT = 'loyalty';
const ENTITIES = 100;
const MESSAGES = 2_000;
const A_SECOND = 100;
const WARM_UP = 200;
/** Longest pause of the emulator between two looks at a stream, when nothing wakes it (ministack 1.5.33, lambda_svc._poll_loop). */
const POLL_MILLISECONDS = 1_000;
/** AWS looks at a stream four times a second: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
const AWS_POLL_MILLISECONDS = 250;
const GRACE_MILLISECONDS = 100;
const DRAIN_MILLISECONDS = 60_000;

/** Not every committed event came out of the topic, or not in order, so that their times mean nothing. */
export class LostOrderError extends Error {
  override readonly name = 'LostOrderError';
}

interface Committed {
  readonly subject: string;
  readonly sequence: number;
  readonly committedAt: number;
}

const keyOf = ({ subject, sequence }: { readonly subject: string; readonly sequence: number }): string =>
  `${subject}#${sequence}`;

/** Starts commits at an even rate, whatever they take; commits of one entity follow one another. */
const commitEvenly = async (entities: MeasuredEntities, run: string, count: number): Promise<Committed[]> => {
  const tails = new Map<string, Promise<Committed>>();
  const commits: Promise<Committed>[] = [];
  const start = performance.now();
  for (let at = 0; at < count; at += 1) {
    const wait = start + (at * 1000) / A_SECOND - performance.now();
    if (wait > 0) await sleep(wait);
    const id = `${run}-${at % ENTITIES}`;
    const commit = Promise.resolve(tails.get(id)).then(() => entities.commit(id));
    tails.set(id, commit);
    commits.push(commit);
  }
  return Promise.all(commits);
};

const checkOrder = (heard: readonly HeardEvent[], committed: readonly Committed[]): void => {
  const last = new Map<string, number>();
  for (const { subject, sequence } of heard) {
    const expected = (last.get(subject) ?? 0) + 1;
    if (sequence > expected) throw new LostOrderError(`${subject}: expected event ${expected}, heard ${sequence}`);
    last.set(subject, Math.max(sequence, expected - 1));
  }
  const missing = committed.filter(({ subject, sequence }) => (last.get(subject) ?? 0) < sequence);
  if (missing.length > 0)
    throw new LostOrderError(`${missing.length} of ${committed.length} events were not published`);
};

/** P6: how long a committed change stays untold. */
export const outboxLatency: Benchmark = {
  name: 'outbox-latency',
  compares: `time from the commit of an entity with its outbox row to its event in a queue behind the topic, at ${A_SECOND} commits a second, with the emulator's poll interval`,
  run: async ({ progress, system: open }) => {
    const system = await open();
    const run = seededRandom(`${SEED}/${Date.now()}`).uuid().slice(0, 8);
    const entities = new MeasuredEntities(system, CONTEXT);
    try {
      await using listener = await listenTo(system, measuredV1.type);
      progress.phase('warm up the relay');
      const warm = await commitEvenly(entities, `${run}-warm`, WARM_UP);
      await listener.hear(warm.length, DRAIN_MILLISECONDS);
      progress.phase(`${MESSAGES} commits, ${A_SECOND} a second`);
      const started = performance.now();
      const committed = await commitEvenly(entities, run, MESSAGES);
      const rate = (MESSAGES * 1000) / (performance.now() - started);
      progress.phase('wait for the last of them');
      const heard = await listener.hear(warm.length + committed.length, DRAIN_MILLISECONDS);
      progress.end();
      checkOrder(heard, [...warm, ...committed]);

      const published = new Map<string, number>();
      for (const event of heard) {
        // A row that comes again is told again: the first time counts.
        if (!published.has(keyOf(event))) published.set(keyOf(event), event.publishedAt);
      }
      const lags = committed.map((one) => (published.get(keyOf(one)) ?? Number.NaN) - one.committedAt);
      const bar = (poll: number) => atMost(poll + GRACE_MILLISECONDS);
      return {
        measurements: [
          reading('commit to publish, p50', percentile(lags, 0.5), 'ms'),
          reading('commit to publish, p99', percentile(lags, 0.99), 'ms', bar(POLL_MILLISECONDS)),
          reading(
            'commit to publish, p99 (poll interval of AWS)',
            percentile(lags, 0.99),
            'ms',
            bar(AWS_POLL_MILLISECONDS),
          ),
          reading('commit to publish, longest', Math.max(...lags), 'ms'),
          reading('commits a second', rate, '/s'),
        ],
        notes: [
          `${MESSAGES} commits of ${ENTITIES} entities in ${CONTEXT}'s table, published by its deployed relay; every event was heard, each entity's in order; ${heard.length - published.size} heard twice`,
          `the emulator waits up to ${POLL_MILLISECONDS} ms between two looks at a stream, less when a write wakes it; AWS looks every ${AWS_POLL_MILLISECONDS} ms; the bars are these plus ${GRACE_MILLISECONDS} ms`,
          'published: the time at which the topic handed the event to an SQS queue',
        ],
      };
    } finally {
      await entities.remove();
    }
  },
};
