import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeStreamSummaryCommand,
  KinesisClient,
  ListShardsCommand,
  MergeShardsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { clientConfig, type Place } from '../deployment/aws-clients';
import type { TaskList } from '../terminal/task-list';
import { decideMerge, decideSplit, type OpenShard, type ReshardPlan } from './reshard-plan';
import { ReshardError } from './stream.errors';

/** Between two looks at a stream that is being changed, in milliseconds. */
const LOOK_MS = 500;
/** A split takes some 30 seconds on AWS. */
const PATIENCE_MS = 5 * 60_000;

/** What is to be done to a stream. */
export interface Reshard {
  readonly streamName: string;
  readonly how: 'split' | 'merge';
  readonly shardId?: string;
}

const openShards = async (client: KinesisClient, StreamName: string): Promise<readonly OpenShard[]> => {
  const shards: OpenShard[] = [];
  let NextToken: string | undefined;
  do {
    // Kinesis takes a stream's name or a token, never both.
    const page = await client.send(new ListShardsCommand(NextToken === undefined ? { StreamName } : { NextToken }));
    for (const { ShardId: shardId = '', HashKeyRange, SequenceNumberRange } of page.Shards ?? []) {
      if (SequenceNumberRange?.EndingSequenceNumber !== undefined) continue;
      const { StartingHashKey = '0', EndingHashKey = '0' } = HashKeyRange ?? {};
      shards.push({ shardId, from: BigInt(StartingHashKey), to: BigInt(EndingHashKey) });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return shards;
};

/**
 * Splits or merges a shard while events come in, and waits until the stream is whole again.
 * @returns the open shards after it
 * @throws ReshardError it cannot be done as asked, or is not done after five minutes
 */
export const reshardStream = async (
  place: Place,
  { streamName: StreamName, how, shardId }: Reshard,
  tasks: TaskList,
): Promise<readonly string[]> => {
  const client = new KinesisClient({
    ...clientConfig(place),
    requestHandler: new NodeHttpHandler({ requestTimeout: 10_000 }),
  });
  const decide = how === 'split' ? decideSplit : decideMerge;
  let plan: ReshardPlan | undefined;
  const carryOut = async (note: (line: string) => void): Promise<void> => {
    plan = decide(await openShards(client, StreamName), shardId);
    if (plan.kind === 'split') {
      note(`${plan.shardId} in half`);
      const NewStartingHashKey = plan.startingHashKey.toString();
      await client.send(new SplitShardCommand({ StreamName, ShardToSplit: plan.shardId, NewStartingHashKey }));
      return;
    }
    note(`${plan.shardId} and ${plan.adjacentShardId}`);
    const both = { ShardToMerge: plan.shardId, AdjacentShardToMerge: plan.adjacentShardId };
    await client.send(new MergeShardsCommand({ StreamName, ...both }));
  };
  const awaitActive = async (note: (line: string) => void): Promise<void> => {
    const begun = Date.now();
    for (;;) {
      const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
      const status = StreamDescriptionSummary?.StreamStatus ?? 'unknown';
      note(status);
      if (status === 'ACTIVE') return;
      if (Date.now() - begun > PATIENCE_MS)
        throw new ReshardError(`${StreamName} is ${status} after five minutes, expected ACTIVE`);
      await sleep(LOOK_MS);
    }
  };
  await tasks.inOrder([
    { title: `${how} a shard of ${StreamName}`, work: carryOut },
    { title: 'wait until the stream is whole', work: awaitActive },
  ]);
  return (await openShards(client, StreamName)).map((shard) => shard.shardId);
};
