import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeStreamSummaryCommand,
  type KinesisClient,
  ListShardsCommand,
  MergeShardsCommand,
  type Shard,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';

const LOOK_MILLISECONDS = 200;
const LOOKS = 600;

const first = ({ HashKeyRange }: Shard): bigint => BigInt(HashKeyRange?.StartingHashKey ?? 0);
const last = ({ HashKeyRange }: Shard): bigint => BigInt(HashKeyRange?.EndingHashKey ?? 0);

/** Lanes that take records, by the keys that they take. */
const openShards = async (kinesis: KinesisClient, StreamName: string): Promise<readonly Shard[]> => {
  const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName }));
  return Shards.filter(({ SequenceNumberRange }) => SequenceNumberRange?.EndingSequenceNumber === undefined).sort(
    (one, other) => (first(one) < first(other) ? -1 : 1),
  );
};

const whenActive = async (kinesis: KinesisClient, StreamName: string): Promise<void> => {
  for (let look = 0; look < LOOKS; look += 1) {
    const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
    if (StreamDescriptionSummary?.StreamStatus === 'ACTIVE') return;
    await sleep(LOOK_MILLISECONDS);
  }
  throw new RangeError(`${StreamName} is not active after ${(LOOKS * LOOK_MILLISECONDS) / 1000} s`);
};

/**
 * Splits the first lane of a log in its middle.
 * @throws RangeError the log does not get active again
 */
export const splitFirst = async (kinesis: KinesisClient, StreamName: string): Promise<void> => {
  const [shard] = await openShards(kinesis, StreamName);
  if (shard === undefined) throw new RangeError(`${StreamName} has no lane that takes records`);
  const NewStartingHashKey = ((first(shard) + last(shard)) / 2n + 1n).toString();
  await kinesis.send(new SplitShardCommand({ StreamName, ShardToSplit: shard.ShardId, NewStartingHashKey }));
  await whenActive(kinesis, StreamName);
};

/**
 * Merges the last two lanes of a log: after a split of the first of two, one of each parent.
 * @throws RangeError the log has only one, or does not get active again
 */
export const mergeLast = async (kinesis: KinesisClient, StreamName: string): Promise<void> => {
  const [one, other] = (await openShards(kinesis, StreamName)).slice(-2);
  if (one === undefined || other === undefined) throw new RangeError(`${StreamName} has no two lanes to merge`);
  const pair = { ShardToMerge: one.ShardId, AdjacentShardToMerge: other.ShardId };
  await kinesis.send(new MergeShardsCommand({ StreamName, ...pair }));
  await whenActive(kinesis, StreamName);
};
