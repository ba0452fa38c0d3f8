import { type KinesisClient, PutRecordsCommand, type PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import { LogEventTooLargeError, LogOverloadedError, LogUnavailableError } from './event-log.errors';
import type { Appended, EventLog, LogEvent } from './event-log.port';
import type { Timer } from './timer.port';

/** Limits of PutRecords (https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html), the older and smaller ones. */
const MAX_RECORDS = 500;
const MAX_CALL_BYTES = 5 * 1024 * 1024;
const MAX_RECORD_BYTES = 1024 * 1024;

/** Failures of one entity in one call to `append` before it is given up: with the pauses between them two seconds on average, four at most. */
const MAX_FAILURES = 8;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** Codes that say: less. Of a record, of a whole call, and of the key's quota, which a burst of calls may use up. */
const overloadCodes: ReadonlySet<string> = new Set([
  'KMSThrottlingException',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
]);

/** Codes and names that blame neither the caller nor the message. */
const passingCodes: ReadonlySet<string> = new Set([
  'InternalFailure',
  'InternalFailureException',
  'ServiceUnavailable',
]);

/** What a Kinesis log is told. */
export interface KinesisEventLogOptions {
  readonly streamArn: string;
  readonly timer: Timer;
  /** A number in [0, 1): spreads the retries of those who were throttled together. */
  readonly jitter: () => number;
}

/** One event of a call, with its place in the answer. */
interface Entry {
  readonly index: number;
  readonly entity: string;
  readonly data: Uint8Array;
  readonly bytes: number;
}

type Outcome =
  | { readonly kind: 'appended'; readonly appended: Appended }
  | { readonly kind: 'overloaded' | 'failed'; readonly reason: string; readonly cause?: unknown };

/** The events of an entity that are not acknowledged yet, in order. */
interface Line {
  readonly waiting: Entry[];
  failures: number;
}

const isRetried = (error: unknown): error is Error => {
  if (!(error instanceof Error)) return false;
  if (overloadCodes.has(error.name) || passingCodes.has(error.name)) return true;
  const fault: unknown = Reflect.get(error, '$fault');
  // Without a fault it never came to an answer: the connection broke, or took too long.
  return fault === 'server' || fault === undefined;
};

const outcomeOf = (entry: PutRecordsResultEntry | undefined): Outcome => {
  const { ShardId: lane, SequenceNumber: position, ErrorCode: code } = entry ?? {};
  if (lane !== undefined && position !== undefined && code === undefined)
    return { kind: 'appended', appended: { lane, position } };
  const reason = code ?? 'the stream did not answer for it';
  return { kind: overloadCodes.has(reason) ? 'overloaded' : 'failed', reason };
};

/** Packs entries into calls within their number and their bytes. */
const callsOf = (entries: readonly Entry[]): Entry[][] => {
  const calls: Entry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const last = calls.at(-1);
    if (last !== undefined && last.length < MAX_RECORDS && entry.bytes <= room) last.push(entry);
    else {
      calls.push([entry]);
      room = MAX_CALL_BYTES;
    }
    room -= entry.bytes;
  }
  return calls;
};

/**
 * A Kinesis stream with the entity as its partition key.
 *
 * PutRecords may take some records of a call and refuse others, so that two of one entity could change places. Hence rounds: a round sends the next
 * event of every entity, and an entity's next event only when the one before it is acknowledged. However much fails, at most one event
 * of an entity is on its way.
 */
export class KinesisEventLog implements EventLog {
  constructor(
    private readonly client: KinesisClient,
    private readonly options: KinesisEventLogOptions,
  ) {}

  async append(events: readonly LogEvent[]): Promise<readonly Appended[]> {
    const appended = new Map<number, Appended>();
    const given: (readonly [Line, Outcome])[] = [];
    let open = this.linesOf(events);
    while (open.length > 0) {
      const round = open;
      const outcomes = await this.send(round);
      let failures = 0;
      for (const line of round) {
        const [next] = line.waiting;
        const outcome = next && outcomes.get(next.index);
        if (next === undefined || outcome === undefined) continue;
        if (outcome.kind === 'appended') {
          appended.set(next.index, outcome.appended);
          line.waiting.shift();
          continue;
        }
        line.failures += 1;
        failures = Math.max(failures, line.failures);
        if (line.failures >= MAX_FAILURES) given.push([line, outcome]);
      }
      const isGivenUp = new Set(given.map(([line]) => line));
      open = round.filter((line) => line.waiting.length > 0 && !isGivenUp.has(line));
      if (failures > 0 && open.length > 0) await this.pause(failures);
    }
    if (given.length > 0) throw unappended(given);
    return events.map((_, index) => {
      const place = appended.get(index);
      if (place === undefined)
        throw new Error(`event ${index} has no place in the log, expected every one to have one`);
      return place;
    });
  }

  private linesOf(events: readonly LogEvent[]): Line[] {
    const lines = new Map<string, Line>();
    for (const [index, { entity, text }] of events.entries()) {
      const data = Buffer.from(text, 'utf8');
      const bytes = data.length + Buffer.byteLength(entity);
      if (bytes > MAX_RECORD_BYTES) throw new LogEventTooLargeError(entity, bytes, MAX_RECORD_BYTES);
      const line = lines.get(entity) ?? { waiting: [], failures: 0 };
      line.waiting.push({ index, entity, data, bytes });
      lines.set(entity, line);
    }
    return [...lines.values()];
  }

  /** Sends the next event of each line. Answers what became of each, by its index. */
  private async send(lines: readonly Line[]): Promise<ReadonlyMap<number, Outcome>> {
    const next = lines.flatMap(({ waiting }) => waiting.slice(0, 1));
    const outcomes = new Map<number, Outcome>();
    const sent = callsOf(next).map(async (call) => {
      const answers = await this.put(call);
      for (const [at, { index }] of call.entries()) outcomes.set(index, answers(at));
    });
    await Promise.all(sent);
    return outcomes;
  }

  private async put(call: readonly Entry[]): Promise<(at: number) => Outcome> {
    const Records = call.map(({ entity, data }) => ({ PartitionKey: entity, Data: data }));
    try {
      const command = new PutRecordsCommand({ StreamARN: this.options.streamArn, Records });
      const { Records: answers = [] } = await this.client.send(command);
      return (at) => outcomeOf(answers[at]);
    } catch (error) {
      if (!isRetried(error)) throw error;
      const kind = overloadCodes.has(error.name) ? 'overloaded' : 'failed';
      return () => ({ kind, reason: error.name, cause: error });
    }
  }

  private pause(failures: number): Promise<void> {
    const longest = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
    return this.options.timer.after(Math.ceil(longest * this.options.jitter()));
  }
}

const unappended = (given: readonly (readonly [Line, Outcome])[]): LogOverloadedError | LogUnavailableError => {
  const failures = given.flatMap(([, outcome]) => (outcome.kind === 'appended' ? [] : [outcome]));
  const left = {
    entities: given.flatMap(([{ waiting }]) => waiting.slice(0, 1).map(({ entity }) => entity)),
    events: given.reduce((sum, [{ waiting }]) => sum + waiting.length, 0),
    reason: failures.at(-1)?.reason ?? 'unknown',
  };
  const cause = failures.at(-1)?.cause;
  const options = cause === undefined ? {} : { cause };
  // Who is overloaded and fails, too, is not helped by a faster repeat.
  return failures.every(({ kind }) => kind === 'overloaded')
    ? new LogOverloadedError(left, options)
    : new LogUnavailableError(left, options);
};
