import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type KinesisClient,
  ListShardsCommand,
  type Shard,
} from '@aws-sdk/client-kinesis';
import { AdaptivePace } from './adaptive-pace';
import type { Clock } from './clock.port';
import type { LogPage, LogPoint, LogShard, OrderedLog } from './ordered-log.port';
import type { Timer } from './timer.port';

/** Which stream it is. */
export interface KinesisOrderedLogOptions {
  readonly streamArn: string;
  readonly region: string;
  readonly clock: Clock;
  readonly timer: Timer;
}

/**
 * A shard answers five reads and hands out 2 MB a second to all who share it; after a page of 10 MB it answers nobody for five seconds
 * (https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html). Who reads again takes two of the five, and pages that are small.
 */
const READS_A_SECOND = 2;
const MAX_RECORDS = 1_000;
/** Throttled reads of one page until it is given up: at the slowest pace some five seconds. */
const MAX_THROTTLED = 5;

/** A Kinesis stream, read again, at a pace that leaves its shards to those who are behind nothing. */
export class KinesisOrderedLog implements OrderedLog {
  /** By shard: as many as the stream has. */
  private readonly paces = new Map<string, AdaptivePace>();

  constructor(
    private readonly client: KinesisClient,
    private readonly options: KinesisOrderedLogOptions,
  ) {}

  async shards(): Promise<readonly LogShard[]> {
    const { streamArn: StreamARN } = this.options;
    const shards: Shard[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.client.send(new ListShardsCommand({ StreamARN, ...(NextToken && { NextToken }) }));
      shards.push(...(page.Shards ?? []));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    // Ids of shards count up: a shard's is higher than its parents'.
    const sorted = shards.sort((one, other) => (String(one.ShardId) < String(other.ShardId) ? -1 : 1));
    const known = new Set(sorted.map(({ ShardId }) => ShardId));
    return sorted.map(({ ShardId, ParentShardId, AdjacentParentShardId, HashKeyRange }) => ({
      shardId: String(ShardId),
      parents: [ParentShardId, AdjacentParentShardId].filter((one) => one !== undefined && known.has(one)) as string[],
      hashes: { from: String(HashKeyRange?.StartingHashKey), to: String(HashKeyRange?.EndingHashKey) },
    }));
  }

  async read(
    shardId: string,
    from: LogPoint | { readonly kind: 'next'; readonly next: string },
    limit = MAX_RECORDS,
  ): Promise<LogPage> {
    const { streamArn: StreamARN, region } = this.options;
    const ShardIterator = from.kind === 'next' ? from.next : await this.iterator(shardId, from);
    const page = await this.paced(shardId, () =>
      this.client.send(new GetRecordsCommand({ StreamARN, ShardIterator, Limit: limit })),
    );
    const lane = `${region}:${shardId}`;
    const records = (page.Records ?? []).map(({ SequenceNumber, PartitionKey, Data, ApproximateArrivalTimestamp }) => ({
      place: {
        lane,
        shardId,
        sequenceNumber: String(SequenceNumber),
        arrivedAt: ApproximateArrivalTimestamp?.getTime() ?? 0,
      },
      partitionKey: String(PartitionKey),
      data: Buffer.from(Data ?? []).toString('base64'),
    }));
    const { NextShardIterator: next, MillisBehindLatest: behindMs = 0 } = page;
    return { records, ...(next !== undefined && { next }), behindMs };
  }

  private async paced<T>(shardId: string, read: () => Promise<T>): Promise<T> {
    const pace = this.paceOf(shardId);
    for (let throttled = 1; ; throttled += 1) {
      await pace.turn();
      try {
        const page = await read();
        pace.wentWell();
        return page;
      } catch (error) {
        const isThrottled = error instanceof Error && error.name === 'ProvisionedThroughputExceededException';
        if (!isThrottled || throttled === MAX_THROTTLED) throw error;
        pace.wasThrottled();
      }
    }
  }

  private paceOf(shardId: string): AdaptivePace {
    const known = this.paces.get(shardId);
    if (known !== undefined) return known;
    const { clock, timer } = this.options;
    const wait = (milliseconds: number) => timer.after(milliseconds);
    const pace = new AdaptivePace({ perSecond: READS_A_SECOND, clock, wait });
    this.paces.set(shardId, pace);
    return pace;
  }

  private async iterator(shardId: string, from: LogPoint): Promise<string | undefined> {
    const { streamArn: StreamARN } = this.options;
    const about = { StreamARN, ShardId: shardId };
    try {
      const answer = await this.client.send(new GetShardIteratorCommand({ ...about, ...placeOf(from) }));
      return answer.ShardIterator;
    } catch (error) {
      // A sequence number that the stream has forgotten; whatever it still has comes after it.
      if (!(error instanceof Error) || error.name !== 'InvalidArgumentException' || !('sequenceNumber' in from))
        throw error;
      const oldest = { ...about, ShardIteratorType: 'TRIM_HORIZON' } as const;
      return (await this.client.send(new GetShardIteratorCommand(oldest))).ShardIterator;
    }
  }
}

type Place = Pick<GetShardIteratorCommandInput, 'ShardIteratorType' | 'StartingSequenceNumber' | 'Timestamp'>;

const placeOf = (from: LogPoint): Place => {
  switch (from.kind) {
    case 'horizon':
      return { ShardIteratorType: 'TRIM_HORIZON' };
    case 'time':
      return { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(from.at) };
    case 'at':
      return { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: from.sequenceNumber };
    case 'after':
      return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: from.sequenceNumber };
  }
};
