import type { StreamShard } from './chain-sealing';

/** The shards of the stream that takes records. */
export interface AuditShards {
  /** Those that take records now. */
  taking(): Promise<readonly StreamShard[]>;
  /** Tells a shard's consumer that an hour is over. */
  tick(shard: StreamShard): Promise<void>;
}
