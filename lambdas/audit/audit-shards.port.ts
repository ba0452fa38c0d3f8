import type { StreamShard } from './chain-sealing';

/** The shards of the stream that takes records. */
export interface AuditShards {
  /** All that the stream still has records of. */
  all(): Promise<readonly StreamShard[]>;
  /** Tells a shard's consumer that time goes on; `number` says whether it has missed something. */
  tick(shard: StreamShard, number: number): Promise<void>;
}
