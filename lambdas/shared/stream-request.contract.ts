import * as z from 'zod/mini';

/** A generation's name: part of keys. */
export const generationName = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,31}$/));
const text = z.string().check(z.minLength(1), z.maxLength(128));
const time = z.iso.datetime({ offset: true });

/** Where a replay begins. */
const replayFrom = z.union([
  /** With the oldest record that the log still has. */
  z.literal('horizon'),
  /** Where this replay has come to; before it has begun, where the consumer itself is. */
  z.literal('checkpoint'),
  /** With what arrived from then on; RFC 3339. */
  z.object({ time }),
  /** With this record of this shard, and with what follows in the shards that came of it. */
  z.object({ shardId: text, sequenceNumber: z.string().check(z.regex(/^\d{1,56}$/)) }),
]);

/** Looks in the log for what is missing of entities that wait. A schedule sends it once a minute. */
export const fillGapsRequest = z.strictObject({ fillGaps: z.literal(true) });

/** Reads the log again into a generation, as far as one invocation comes. Sent again with `from: 'checkpoint'` it goes on. */
export const replayRequest = z.strictObject({
  replay: z.strictObject({
    from: replayFrom,
    into: generationName,
    /** Reads no record that arrived later; RFC 3339. @default up to the end, as it is when it is reached */
    until: z.optional(time),
  }),
});

/** Asks how far the consumer is in each shard. */
export const lagRequest = z.strictObject({ lag: z.literal(true) });

/** Makes a generation the one that is written to and read. */
export const promoteRequest = z.strictObject({ promote: generationName });

/** What a consumer of a stream takes from operators and schedules, beside `{ redriveCase }` and `{ discardMessage }`. */
export const streamRequest = z.union([fillGapsRequest, replayRequest, lagRequest, promoteRequest]);
/** One of these requests. */
export type StreamRequest = z.infer<typeof streamRequest>;
/** Where and into what the log is read again. */
export type ReplayRequest = z.infer<typeof replayRequest>['replay'];

/** What came of looking for what is missing. */
export interface FillGapsAnswer {
  readonly fillGaps: {
    /** Entities that had waited for longer than the patience. */
    readonly gaps: number;
    /** Of these: went on with what was found in the log, or had gone on already. */
    readonly filled: number;
    /** What is missing is not in the log: a case `Gap` waits for an operator. */
    readonly parked: number;
    /** Began in the middle, because their generation does. */
    readonly joined: number;
    /** Left to the next run: something failed, or time was over. */
    readonly left: number;
    /** Records read to catch up after a promotion. */
    readonly caughtUp: number;
  };
}

/** How far a replay came. */
export interface ReplayAnswer {
  readonly replay: {
    readonly into: string;
    /** Records that this invocation read. */
    readonly read: number;
    readonly applied: number;
    readonly duplicates: number;
    /** Kept, because something before them is missing. */
    readonly early: number;
    readonly parked: number;
    /** Began in the middle: the log has nothing earlier of them. */
    readonly joined: number;
    /** Whether there is nothing left to read; otherwise send it again with `from: 'checkpoint'`. */
    readonly done: boolean;
    readonly shards: readonly {
      readonly shardId: string;
      readonly sequenceNumber?: string;
      readonly behindMs: number;
      readonly done: boolean;
    }[];
  };
}

/** How far the consumer is in each shard. */
export interface LagAnswer {
  readonly generation: string;
  readonly lag: readonly {
    readonly shardId: string;
    /** The last record it has passed; absent when it has not begun. */
    readonly sequenceNumber?: string;
    /** RFC 3339, UTC: when the log took that record, and when it was passed. */
    readonly arrivedAt?: string;
    readonly savedAt?: string;
    readonly records: number;
    /** Age of the first record that it has not passed, 0 at the end of the shard; absent when the log cannot be asked. */
    readonly behindMs?: number;
  }[];
  /** Entities with a gap, however young; counted up to 1,000. */
  readonly gaps: number;
}

/** What a promotion has changed. */
export interface PromoteAnswer {
  readonly promoted: string;
  /** The active generation before. */
  readonly before: string;
}

/** The request does not fit, or cannot be done; nothing was changed. */
export interface StreamRefusal {
  readonly outcome: 'refused';
  readonly reason: string;
}

/** What such a request is answered with. */
export type StreamAnswer = FillGapsAnswer | ReplayAnswer | LagAnswer | PromoteAnswer | StreamRefusal;
