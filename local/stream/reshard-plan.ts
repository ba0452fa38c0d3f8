import { ReshardError } from './stream.errors';

/** An open shard and the keys whose events it takes: the first and the last MD5 of them, as whole numbers. */
export interface OpenShard {
  readonly shardId: string;
  readonly from: bigint;
  readonly to: bigint;
}

/** What is asked of Kinesis. */
export type ReshardPlan =
  | { readonly kind: 'split'; readonly shardId: string; readonly startingHashKey: bigint }
  | { readonly kind: 'merge'; readonly shardId: string; readonly adjacentShardId: string };

const widthOf = ({ from, to }: OpenShard): bigint => to - from;

const named = (shards: readonly OpenShard[], shardId: string): OpenShard => {
  const found = shards.find((shard) => shard.shardId === shardId);
  if (found) return found;
  const open = shards.map((shard) => shard.shardId).join(', ');
  throw new ReshardError(`no open shard ${shardId}; expected one of ${open}`);
};

const atMost = <T>(items: readonly T[], isBefore: (one: T, other: T) => boolean): T | undefined =>
  items.reduce<T | undefined>((best, one) => (best === undefined || isBefore(one, best) ? one : best), undefined);

/**
 * Halves a shard: the one that is named, or the widest.
 * @throws ReshardError there is no such open shard, or it takes one key only
 */
export const decideSplit = (shards: readonly OpenShard[], shardId?: string): ReshardPlan => {
  const shard =
    shardId === undefined ? atMost(shards, (one, best) => widthOf(one) > widthOf(best)) : named(shards, shardId);
  if (shard === undefined || widthOf(shard) < 1n)
    throw new ReshardError(`${shard?.shardId ?? 'nothing'} cannot be halved; expected a shard of two keys or more`);
  return { kind: 'split', shardId: shard.shardId, startingHashKey: shard.from + widthOf(shard) / 2n + 1n };
};

/**
 * Merges two neighbours: the one that is named and the next (for the last, the one before), or the narrowest two.
 * @throws ReshardError there is no such open shard, or only one
 */
export const decideMerge = (shards: readonly OpenShard[], shardId?: string): ReshardPlan => {
  const inOrder = shards.toSorted((one, other) => (one.from < other.from ? -1 : 1));
  const pairs = inOrder.slice(1).map((right, index) => ({ left: inOrder[index] ?? right, right }));
  if (shardId !== undefined) named(shards, shardId);
  const meant = pairs.filter(
    ({ left, right }) => shardId === undefined || [left.shardId, right.shardId].includes(shardId),
  );
  const own = meant.find(({ left }) => left.shardId === shardId);
  const pair = own ?? atMost(meant, (one, best) => one.right.to - one.left.from < best.right.to - best.left.from);
  if (pair === undefined) throw new ReshardError('there is one open shard; expected two to merge');
  return { kind: 'merge', shardId: pair.left.shardId, adjacentShardId: pair.right.shardId };
};
