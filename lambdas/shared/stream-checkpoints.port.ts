import type { RecordPlace } from './stream-record';

/** How far a consumer is in a shard: everything up to here is applied, waits, or is parked. */
export interface StreamCheckpoint {
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** When the log took that record, in epoch milliseconds. */
  readonly arrivedAt: number;
  /** When the checkpoint was saved; RFC 3339, UTC. */
  readonly savedAt: string;
  /** Records that this reader has passed in the shard, repeats included. */
  readonly records: number;
  /** Nothing follows: the shard is closed, and read to its end. Only replays know. */
  readonly ended?: boolean;
}

/** Checkpoints of one consumer in a region, one a shard, beside the hidden ones of whoever delivers the records. */
export interface StreamCheckpoints {
  /** Those of the consumer itself, or of the replay into a generation. */
  list(replayInto?: string): Promise<readonly StreamCheckpoint[]>;
  /** Moves the consumer's checkpoint of the record's shard; never backwards. */
  advance(place: RecordPlace, records: number): Promise<void>;
  /** Sets a checkpoint of a replay, which may also begin anew. */
  saveReplay(into: string, checkpoint: Omit<StreamCheckpoint, 'savedAt'>): Promise<void>;
}
