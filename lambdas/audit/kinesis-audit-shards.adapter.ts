import {
  type KinesisClient,
  ListShardsCommand,
  type ListShardsCommandOutput,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import type { AuditShards } from './audit-shards.port';
import type { AuditTick } from './audit-tick.contract';
import type { StreamShard } from './chain-sealing';

/** A shard was not told that time goes on. */
export class UntoldShardError extends Error {
  override readonly name = 'UntoldShardError';
}

/** The shards of a Kinesis stream. */
export class KinesisAuditShards implements AuditShards {
  constructor(
    private readonly client: KinesisClient,
    private readonly streamName: string,
  ) {}

  async all(): Promise<readonly StreamShard[]> {
    const shards: StreamShard[] = [];
    let page: { readonly StreamName: string } | { readonly NextToken: string } | undefined = {
      StreamName: this.streamName,
    };
    while (page !== undefined) {
      const { Shards = [], NextToken }: ListShardsCommandOutput = await this.client.send(new ListShardsCommand(page));
      for (const { ShardId: shardId, HashKeyRange, SequenceNumberRange, ...parents } of Shards) {
        if (shardId === undefined) continue;
        shards.push({
          shardId,
          // A shard that was split or merged has an end.
          isTaking: SequenceNumberRange?.EndingSequenceNumber === undefined,
          startingHashKey: HashKeyRange?.StartingHashKey ?? '0',
          parents: [parents.ParentShardId, parents.AdjacentParentShardId].filter((id) => id !== undefined),
        });
      }
      page = NextToken === undefined ? undefined : { NextToken };
    }
    return shards;
  }

  async tick({ shardId, startingHashKey: ExplicitHashKey }: StreamShard, number: number): Promise<void> {
    const tick: AuditTick = { tick: 'hour', shardId, number };
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
