import type { ChainedShard } from './chain-ledger.port';
import { type ChainSeal, noSealHash, sealHash } from './chain-seal.contract';
import type { OpenChain } from './shard-chains';

/** A shard that takes records, as the stream tells. */
export interface StreamShard {
  readonly shardId: string;
  /** The smallest hash key that it takes: a record with this one goes there. */
  readonly startingHashKey: string;
}

/** What is to be done before chains can be sealed. */
export interface ShardsToClose {
  /** Shards that take records and have open chains of an hour that is over. */
  readonly tick: readonly StreamShard[];
  /** Shards that take no records any more and that nothing can come from: their chains are closed as they are. */
  readonly close: readonly ChainedShard[];
}

/** How the hour is told from the time. */
export const hourOf = (time: Date): string => time.toISOString().slice(0, 13);

/**
 * Which shards have to be told that an hour is over. A shard that was split or merged cannot be told: once the stream has forgotten its last
 * records, nothing of it can come any more.
 * @param retentionHours how long the stream keeps records
 */
export const shardsToClose = (
  chained: readonly ChainedShard[],
  shards: readonly StreamShard[],
  now: Date,
  retentionHours: number,
): ShardsToClose => {
  const hour = hourOf(now);
  const forgotten = hourOf(new Date(now.getTime() - (retentionHours + 1) * 3_600_000));
  const waiting = chained.filter(({ position }) => position.open.length > 0 && position.hour < hour);
  const shardOf = ({ shardId }: ChainedShard) => shards.find((shard) => shard.shardId === shardId);
  return {
    tick: waiting.flatMap((one) => shardOf(one) ?? []),
    close: waiting.filter((one) => shardOf(one) === undefined && one.position.hour < forgotten),
  };
};

/** The seal of a chain, behind the region's last one. */
export const sealOf = (region: string, last: ChainSeal | undefined, chain: OpenChain, now: Date): ChainSeal => ({
  region,
  number: (last?.number ?? 0) + 1,
  previousSeal: last === undefined ? noSealHash(region) : sealHash(last),
  chain: chain.chain,
  count: chain.count,
  lastHash: chain.hash,
  firstTime: chain.firstTime,
  lastTime: chain.lastTime,
  sealedAt: now.toISOString(),
});
