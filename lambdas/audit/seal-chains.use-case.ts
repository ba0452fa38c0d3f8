import type { Clock } from '../shared/clock.port';
import type { Log } from '../shared/log.port';
import type { AuditShards } from './audit-shards.port';
import type { ChainLedger } from './chain-ledger.port';
import { sealOf, shardsToClose } from './chain-sealing';
import type { SealSigner } from './seal-signer.port';

/** What seal-chains needs. */
export interface SealChainsDeps {
  readonly ledger: Omit<ChainLedger, 'position'>;
  readonly shards: AuditShards;
  readonly signer: SealSigner;
  readonly clock: Clock;
  readonly log: Log;
  readonly region: string;
  /** How long the stream keeps records. */
  readonly retentionHours: number;
}

/** What a run has done. */
export interface Sealing {
  readonly sealed: readonly string[];
  /** Shards that were told that an hour is over; their chains are sealed by a later run. */
  readonly ticked: number;
}

/**
 * Seals the chains that are closed, and has those closed whose hour is over. The two never race: a chain is closed by the consumer of its shard,
 * in the shard's order, and nobody adds to a closed one.
 */
export const sealChains =
  ({ ledger, shards, signer, clock, log, region, retentionHours }: SealChainsDeps) =>
  async (): Promise<Sealing> => {
    const [chained, taking] = await Promise.all([ledger.shards(), shards.taking()]);
    const { tick, close } = shardsToClose(chained, taking, clock.now(), retentionHours);
    for (const shard of tick) await shards.tick(shard);
    for (const { shardId, position } of close) {
      await ledger.moveOn(shardId, position, { ...position, open: [] }, position.open);
    }
    const sealed: string[] = [];
    let last = await ledger.lastSeal();
    for (const chain of await ledger.closedChains()) {
      const seal = sealOf(region, last, chain, clock.now());
      await ledger.seal(await signer.sign(seal), chain);
      log.info('chain sealed', { chain: seal.chain, number: seal.number, count: seal.count, lastHash: seal.lastHash });
      sealed.push(seal.chain);
      last = seal;
    }
    return { sealed, ticked: tick.length };
  };
