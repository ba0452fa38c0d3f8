import type { LogPoint } from './ordered-log.port';
import type { RecordPlace } from './stream-record';

/** How far a consumer is in a shard: everything up to here is applied, waits, or is parked. */
export interface StreamCheckpoint {
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** When the log took that record, in epoch milliseconds. */
  readonly arrivedAt: number;
  /** When the checkpoint was saved; RFC 3339, UTC. */
  readonly savedAt: string;
  /** Records of the shard that the consumer has passed, repeats included. */
  readonly records: number;
}

/** How far a replay is in a shard. */
export interface ReplayCheckpoint {
  readonly shardId: string;
  /** Where it goes on; `ended` when the shard is closed and read to its end. */
  readonly from: LogPoint | { readonly kind: 'ended' };
  /** Records of the shard that it has read. */
  readonly records: number;
}

/** How far a shard was read for what an entity lacks, without coming to its end. */
export interface GapLook {
  readonly entity: string;
  /** The first event that it lacked. */
  readonly missing: number;
  /** When the log took what was read last, in epoch milliseconds. */
  readonly at: number;
  /** Of the last record that was read; absent when there was none for a while. */
  readonly sequenceNumber?: string | undefined;
}

/** Checkpoints of one consumer in a region, one a shard, beside the hidden ones of whoever delivers the records. */
export interface StreamCheckpoints {
  list(): Promise<readonly StreamCheckpoint[]>;
  /** Moves the checkpoint of the record's shard, and never backwards; `records` more are passed. */
  advance(place: RecordPlace, records: number): Promise<void>;
  /** Those of the replay into a generation; none when it has not begun. */
  replay(into: string): Promise<readonly ReplayCheckpoint[]>;
  saveReplay(into: string, checkpoint: ReplayCheckpoint): Promise<void>;
  /** Up to which time a generation has caught up with the one before, in epoch milliseconds; 0 when it never had to. */
  caughtUpUntil(generation: string): Promise<number>;
  saveCaughtUp(generation: string, until: number): Promise<void>;
  /** How far a search for missing events has come that ran out of time, by shard. Forgotten after a day: the search then begins anew. */
  looks(search: string): Promise<ReadonlyMap<string, readonly GapLook[]>>;
  /** Takes the place of what was saved of the search and the shard. */
  saveLooks(search: string, shardId: string, looks: readonly GapLook[]): Promise<void>;
}
