import type { ChainSeal, SignedSeal } from './chain-seal.contract';
import type { SealKey } from './seal-signer.port';
import type { OpenChain, ShardPosition } from './shard-chains';

/** A shard with how far its records are chained. */
export interface ChainedShard {
  readonly shardId: string;
  readonly position: ShardPosition;
}

/** Remembers how far the shards of this region are chained, and the seals of their chains. */
export interface ChainLedger {
  position(shardId: string): Promise<ShardPosition | undefined>;
  /**
   * Moves a shard on, and lists chains that are closed by that.
   * @throws StalePositionError another one has moved it on since `from` was read
   */
  moveOn(
    shardId: string,
    from: ShardPosition | undefined,
    to: ShardPosition,
    closed: readonly OpenChain[],
  ): Promise<void>;
  /** All shards that were ever chained and still have an open chain or may get one. */
  shards(): Promise<readonly ChainedShard[]>;
  /** Chains that are closed and not sealed, the oldest hour first. */
  closedChains(): Promise<readonly OpenChain[]>;
  /** Number of the last tick that was put to a shard; 0 when none was. */
  lastTick(shardId: string): Promise<number>;
  /** Notes that a tick was put to a shard. */
  ticked(shardId: string, number: number): Promise<void>;
  /** Keeps the public key of the seals, which every region can read. */
  keepKey(key: SealKey): Promise<void>;
  /** The region's last seal. */
  lastSeal(): Promise<ChainSeal | undefined>;
  /**
   * Keeps a seal, and takes its chain from the list.
   * @throws StalePositionError another seal has its number
   */
  seal(sealed: SignedSeal, chain: OpenChain): Promise<void>;
}
