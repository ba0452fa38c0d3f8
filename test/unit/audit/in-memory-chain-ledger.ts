import { StalePositionError } from '../../../lambdas/audit/chain-ledger.errors';
import type { ChainLedger } from '../../../lambdas/audit/chain-ledger.port';
import type { SignedSeal } from '../../../lambdas/audit/chain-seal.contract';
import type { SealKey } from '../../../lambdas/audit/seal-signer.port';
import type { OpenChain, ShardPosition } from '../../../lambdas/audit/shard-chains';

/** A ledger in memory. */
export class InMemoryChainLedger implements ChainLedger {
  readonly positions = new Map<string, ShardPosition>();
  readonly ticks = new Map<string, number>();
  readonly seals: SignedSeal[] = [];
  key: SealKey | undefined;
  #closed: OpenChain[] = [];

  async position(shardId: string) {
    return this.positions.get(shardId);
  }

  async moveOn(shardId: string, from: ShardPosition | undefined, to: ShardPosition, closed: readonly OpenChain[]) {
    const known = this.positions.get(shardId);
    if (known?.sequenceNumber !== from?.sequenceNumber || known?.hour !== from?.hour)
      throw new StalePositionError(`shard ${shardId}`);
    this.positions.set(shardId, to);
    this.#closed.push(...closed);
  }

  async shards() {
    return [...this.positions].map(([shardId, position]) => ({ shardId, position }));
  }

  async closedChains() {
    return [...this.#closed].sort((one, other) => one.hour.localeCompare(other.hour));
  }

  async lastTick(shardId: string) {
    return this.ticks.get(shardId) ?? 0;
  }

  async ticked(shardId: string, number: number) {
    this.ticks.set(shardId, number);
  }

  async keepKey(key: SealKey) {
    this.key = key;
  }

  async lastSeal() {
    return this.seals.at(-1)?.seal;
  }

  async seal(sealed: SignedSeal, chain: OpenChain) {
    if (sealed.seal.number !== this.seals.length + 1) throw new StalePositionError(`seal ${sealed.seal.number}`);
    this.seals.push(sealed);
    this.#closed = this.#closed.filter((one) => one.chain !== chain.chain);
  }
}
