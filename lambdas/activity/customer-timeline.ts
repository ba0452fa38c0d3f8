import {
  type ActivityRecordedV1,
  activityRecordedV1,
  type OrderCancelledV1,
  type OrderConfirmedV1,
  type OrderPlacedV1,
  type OrderRejectedV1,
  orderCancelledV1,
  orderConfirmedV1,
  orderPlacedV1,
  orderRejectedV1,
} from '../../contracts/avro/events';
import type { Delivered } from '../shared/envelope';
import type { Effect, EffectKey } from '../shared/ordered-effect';
import { type AcceptedStreamEvent, streamEvent } from '../shared/stream-event';

/** What is told of an event in a customer's timeline. */
export interface TimelineEntry {
  /** `visit/<id>` or `order/<id>`. */
  readonly entity: string;
  readonly sequence: number;
  readonly kind: 'viewed' | 'searched' | 'carted' | 'placed' | 'confirmed' | 'rejected' | 'cancelled';
  /** RFC 3339, UTC. */
  readonly occurredAt: string;
  readonly sku?: string;
  readonly query?: string;
}

const SEQUENCE_DIGITS = 12;
/** How long an entry is kept after what it tells of: 90 days. What customers look at is personal, and soon of no use to them. */
const RETENTION_SECONDS = 90 * 86_400;

/** Partition of a customer's entries, in one generation of the consumer. */
export const timelinePartition = (customerId: string): string => `TIMELINE#${customerId}`;

/** Entries of a customer sort by time, so that the newest are read without the others. */
export const timelineKey = (customerId: string, { entity, sequence, occurredAt }: TimelineEntry): EffectKey => ({
  pk: timelinePartition(customerId),
  sk: `${occurredAt}#${entity}#${String(sequence).padStart(SEQUENCE_DIGITS, '0')}`,
});

/** Writes an entry; the same event writes the same item. */
const recorded = (customerId: string, entry: TimelineEntry, eventId: string): readonly Effect[] => {
  const expiresAt = Math.floor(Date.parse(entry.occurredAt) / 1_000) + RETENTION_SECONDS;
  const attributes = { itemType: 'TIMELINE', customerId, ...entry, eventId, expiresAt };
  return [{ kind: 'put', key: timelineKey(customerId, entry), attributes }];
};

const activity = ({ id, subject: entity, sequence, data }: Delivered<ActivityRecordedV1>): readonly Effect[] => {
  const { customerId, kind, sku, query } = data;
  const occurredAt = new Date(data.occurredAt).toISOString();
  const about = { ...(sku !== null && { sku }), ...(query !== null && { query }) };
  return recorded(customerId, { entity, sequence, kind, occurredAt, ...about }, id);
};

const order =
  (kind: TimelineEntry['kind']) =>
  ({ id, subject: entity, sequence, time, data }: Delivered<{ readonly customerId: string }>): readonly Effect[] =>
    recorded(data.customerId, { entity, sequence, kind, occurredAt: new Date(time).toISOString() }, id);

/** What a customer did and what became of their orders: one entry an event, each entity strictly in its order. */
export const customerTimeline: readonly AcceptedStreamEvent[] = [
  streamEvent(activityRecordedV1, activity),
  streamEvent<OrderPlacedV1>(orderPlacedV1, order('placed')),
  streamEvent<OrderConfirmedV1>(orderConfirmedV1, order('confirmed')),
  streamEvent<OrderRejectedV1>(orderRejectedV1, order('rejected')),
  streamEvent<OrderCancelledV1>(orderCancelledV1, order('cancelled')),
];
