import {
  type KinesisClient,
  ListShardsCommand,
  type ListShardsCommandOutput,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import type { AuditShards } from './audit-shards.port';
import type { AuditTick } from './audit-tick.contract';
import type { StreamShard } from './chain-sealing';

const tick: AuditTick = { tick: 'hour' };

/** A shard was not told that an hour is over. */
export class UntoldShardError extends Error {
  override readonly name = 'UntoldShardError';
}

/** The shards of a Kinesis stream. */
export class KinesisAuditShards implements AuditShards {
  constructor(
    private readonly client: KinesisClient,
    private readonly streamName: string,
  ) {}

  async taking(): Promise<readonly StreamShard[]> {
    const shards: StreamShard[] = [];
    let page: { readonly StreamName: string } | { readonly NextToken: string } | undefined = {
      StreamName: this.streamName,
    };
    while (page !== undefined) {
      const { Shards = [], NextToken }: ListShardsCommandOutput = await this.client.send(new ListShardsCommand(page));
      for (const { ShardId, HashKeyRange, SequenceNumberRange } of Shards) {
        // A shard that was split or merged has an end.
        if (ShardId === undefined || SequenceNumberRange?.EndingSequenceNumber !== undefined) continue;
        shards.push({ shardId: ShardId, startingHashKey: HashKeyRange?.StartingHashKey ?? '0' });
      }
      page = NextToken === undefined ? undefined : { NextToken };
    }
    return shards;
  }

  async tick({ startingHashKey: ExplicitHashKey }: StreamShard): Promise<void> {
    const Data = Buffer.from(JSON.stringify(tick));
    const Records = [{ PartitionKey: 'tick', ExplicitHashKey, Data }];
    const { FailedRecordCount } = await this.client.send(
      new PutRecordsCommand({ StreamName: this.streamName, Records }),
    );
    // The next run tells the shard again.
    if (FailedRecordCount !== 0)
      throw new UntoldShardError(`the shard at hash key ${ExplicitHashKey} did not take a tick, expected it to`);
  }
}
