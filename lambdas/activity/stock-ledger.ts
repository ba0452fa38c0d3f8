import {
  type StockReleasedV1,
  type StockReservedV1,
  stockRefusedV1,
  stockReleasedV1,
  stockReservedV1,
} from '../../contracts/avro/events';
import type { Delivered } from '../shared/envelope';
import type { Effect } from '../shared/ordered-effect';
import { type AcceptedStreamEvent, type EventPlace, streamEvent } from '../shared/stream-event';
import { sortableSequenceNumber } from '../shared/stream-record';

/** Partition of a region's entries, which sort in the order of its log; in one generation of the consumer. */
export const ledgerPartition = (region: string): string => `LEDGER#${region}`;
/** Partition of a region's balances, one item an article; in one generation of the consumer. */
export const balancePartition = (region: string): string => `BALANCE#${region}`;

/** What the lines of an order move: `reserved` sets pieces aside, `released` makes them available again. */
type Movement = 'reserved' | 'released';

const movement =
  (kind: Movement) =>
  (event: Delivered<StockReservedV1 | StockReleasedV1>, { lane, record }: EventPlace): readonly Effect[] => {
    const { id: eventId, subject: entity, sequence, time, data } = event;
    const region = lane.slice(0, lane.indexOf(':'));
    const { orderId, lines } = data;
    const arrivedAt = new Date(record.arrivedAt).toISOString();
    const about = {
      itemType: 'LEDGER',
      eventId,
      entity,
      sequence,
      movement: kind,
      orderId,
      lines,
      occurredAt: time,
      arrivedAt,
    };
    const entry: Effect = {
      kind: 'put',
      key: { pk: ledgerPartition(region), sk: sortableSequenceNumber(record.sequenceNumber) },
      attributes: about,
    };
    const balances = lines.map(({ sku, quantity }): Effect => {
      const held = kind === 'reserved' ? quantity : -quantity;
      return {
        kind: 'add',
        key: { pk: balancePartition(region), sk: sku },
        amounts: { held, [kind]: quantity },
        attributes: { itemType: 'BALANCE', sku },
      };
    });
    return [entry, ...balances];
  };

/**
 * All movements of stock in the one order of a log with one shard, and what is held of each article. The place in the log is the place in
 * the ledger: a total order that needs no counter, and in which nobody waits for anybody.
 */
export const stockLedger: readonly AcceptedStreamEvent[] = [
  streamEvent<StockReservedV1>(stockReservedV1, movement('reserved')),
  streamEvent<StockReleasedV1>(stockReleasedV1, movement('released')),
];

/** Events of stock that move none. */
export const withoutMovement: readonly string[] = [stockRefusedV1.type];
