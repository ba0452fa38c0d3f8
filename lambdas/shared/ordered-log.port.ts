import type { StreamRecord } from './stream-record';

/** A shard of the log and the keys whose records it takes. */
export interface LogShard {
  readonly shardId: string;
  /** The shards it was split from or merged of, as long as their records can be read. */
  readonly parents: readonly string[];
  /** First and last MD5 of a partition key, both as a decimal number of up to 39 digits. */
  readonly hashes: { readonly from: string; readonly to: string };
}

/** Where in a shard to begin. */
export type LogPoint =
  | { readonly kind: 'horizon' }
  /** Epoch milliseconds. */
  | { readonly kind: 'time'; readonly at: number }
  | { readonly kind: 'at' | 'after'; readonly sequenceNumber: string };

/** Some records of a shard. */
export interface LogPage {
  /** In the order of the log; may be none although more follow. */
  readonly records: readonly StreamRecord[];
  /** Takes the reading on; absent behind the last record of a closed shard. */
  readonly next?: string;
  /** How far behind the shard's end the page is, in milliseconds; 0 at the end. */
  readonly behindMs: number;
}

/** The log, read again by whoever needs what has passed already. */
export interface OrderedLog {
  /** Of the shards that can still be read, closed ones as well; parents before their children. */
  shards(): Promise<readonly LogShard[]>;
  /**
   * Reads a page, from a point or where an earlier page leads. A point that the log has forgotten is its horizon.
   * @param limit most records of the page @default as many as the log hands out at once
   */
  read(
    shardId: string,
    from: LogPoint | { readonly kind: 'next'; readonly next: string },
    limit?: number,
  ): Promise<LogPage>;
}
