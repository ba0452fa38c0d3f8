import { recordClasses } from '../shared/access-record.contract';
import type { ChainLedger } from './chain-ledger.port';
import type { LineDelivery } from './line-delivery.port';
import { type Arrival, chainArrivals } from './shard-chains';

/** What chain-records needs. */
export interface ChainRecordsDeps {
  readonly ledger: Pick<ChainLedger, 'position' | 'moveOn'>;
  readonly delivery: LineDelivery;
  readonly region: string;
}

/**
 * Chains a batch of one shard and stores the lines, and only then moves the shard on: who dies in between is repeated with the same lines.
 * @throws StalePositionError somebody else has the shard: the batch comes again and finds out
 */
export const chainRecords =
  ({ ledger, delivery, region }: ChainRecordsDeps) =>
  async (shardId: string, arrivals: readonly Arrival[]): Promise<void> => {
    const from = await ledger.position(shardId);
    const { position, closed, lines } = chainArrivals({ region, shardId }, from, arrivals);
    if (position.sequenceNumber === from?.sequenceNumber) return;
    for (const recordClass of recordClasses) {
      if (lines[recordClass].length > 0) await delivery.deliver(recordClass, lines[recordClass]);
    }
    await ledger.moveOn(shardId, from, position, closed);
  };
