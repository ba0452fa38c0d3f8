import { chainHour } from './chain-hour';
import type { ChainedShard } from './chain-ledger.port';
import { type ChainSeal, noSealHash, sealHash } from './chain-seal.contract';
import type { OpenChain } from './shard-chains';

/** A shard, as the stream tells. */
export interface StreamShard {
  readonly shardId: string;
  /** Whether it takes records; one that was split or merged takes none. */
  readonly isTaking: boolean;
  /** The shards that it was made of. */
  readonly parents: readonly string[];
  /** The smallest hash key that it takes: a record with this one goes there. */
  readonly startingHashKey: string;
}

/**
 * Shards that nothing can come from any more, and that have open chains of an hour that is over. A shard that takes records is told by ticks.
 * One that was split or merged is over once something of a shard behind it was chained, because Lambda reads parents to their end first; or
 * once the stream has forgotten its last records.
 * @param retentionHours how long the stream keeps records
 */
export const shardsToClose = (
  chained: readonly ChainedShard[],
  shards: readonly StreamShard[],
  now: Date,
  retentionHours: number,
): readonly ChainedShard[] => {
  const hour = chainHour(now);
  const forgotten = chainHour(new Date(now.getTime() - (retentionHours + 1) * 3_600_000));
  const begun = new Set(chained.map(({ shardId }) => shardId));
  const isReadToItsEnd = (shardId: string): boolean =>
    shards.some((one) => one.parents.includes(shardId) && (begun.has(one.shardId) || isReadToItsEnd(one.shardId)));
  const isForgotten = ({ shardId, position }: ChainedShard): boolean =>
    position.hour < forgotten && !shards.some((one) => one.shardId === shardId);
  return chained.filter(
    (one) =>
      one.position.open.length > 0 && one.position.hour < hour && (isReadToItsEnd(one.shardId) || isForgotten(one)),
  );
};

/** Every shard is told something once a minute: one that has chained nothing for so long is not read. */
const PATIENCE_MS = 4 * 60_000;

/** Shards that take records and that nothing was chained of lately. */
export const shardsBehind = (
  chained: readonly ChainedShard[],
  shards: readonly StreamShard[],
  now: Date,
): readonly string[] => {
  const isUpToDate = (shardId: string): boolean =>
    chained.some(
      (one) => one.shardId === shardId && now.getTime() - Date.parse(one.position.arrivedAt ?? '') <= PATIENCE_MS,
    );
  return shards.filter(({ shardId, isTaking }) => isTaking && !isUpToDate(shardId)).map(({ shardId }) => shardId);
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
