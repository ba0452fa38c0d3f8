import type { Clock } from '../shared/clock.port';
import type { Log } from '../shared/log.port';
import type { AuditShards } from './audit-shards.port';
import { chainHour } from './chain-hour';
import type { ChainLedger } from './chain-ledger.port';
import type { ChainPulse } from './chain-pulse.port';
import { sealOf, shardsBehind, shardsToClose } from './chain-sealing';
import type { SealSigner } from './seal-signer.port';

/** What seal-chains needs. */
export interface SealChainsDeps {
  readonly ledger: Omit<ChainLedger, 'position'>;
  readonly shards: AuditShards;
  readonly signer: SealSigner;
  readonly pulse: ChainPulse;
  readonly clock: Clock;
  readonly log: Log;
  readonly region: string;
  /** How long the stream keeps records. */
  readonly retentionHours: number;
}

/** What a run has done. */
export interface Sealing {
  readonly sealed: readonly string[];
  /** Shards that take records and are not read. */
  readonly behind: readonly string[];
}

/**
 * Seals the chains that are closed, and has those closed whose hour is over, by a tick to every shard. The two never race: a chain is closed by
 * the consumer of its shard, in the shard's order, and nobody adds to a closed one. A shard whose ticks do not come through is not read.
 */
export const sealChains =
  ({ ledger, shards, signer, pulse, clock, log, region, retentionHours }: SealChainsDeps) =>
  async (): Promise<Sealing> => {
    const [chained, all] = await Promise.all([ledger.shards(), shards.all()]);
    const now = clock.now();
    const behind = shardsBehind(chained, all, now);
    pulse.felt(behind);
    for (const shard of all.filter(({ isTaking }) => isTaking)) {
      const number = (await ledger.lastTick(shard.shardId)) + 1;
      await shards.tick(shard, number);
      // Only then: a tick that is put twice is no hole, one that is counted and not put would look like one.
      await ledger.ticked(shard.shardId, number);
    }
    for (const { shardId, position } of shardsToClose(chained, all, now, retentionHours)) {
      // Should something come of it nevertheless, it is of this hour and meets no chain that is closed.
      await ledger.moveOn(shardId, position, { ...position, hour: chainHour(now), open: [] }, position.open);
    }
    const sealed: string[] = [];
    let last = await ledger.lastSeal();
    const closed = await ledger.closedChains();
    if (closed.length > 0) await ledger.keepKey(await signer.key());
    for (const chain of closed) {
      const seal = sealOf(region, last, chain, clock.now());
      await ledger.seal(await signer.sign(seal), chain);
      log.info('chain sealed', { chain: seal.chain, number: seal.number, count: seal.count, lastHash: seal.lastHash });
      sealed.push(seal.chain);
      last = seal;
    }
    return { sealed, behind };
  };
