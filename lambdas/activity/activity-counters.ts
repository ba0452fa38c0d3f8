import {
  activityRecordedV1,
  orderCancelledV1,
  orderConfirmedV1,
  orderPlacedV1,
  orderRejectedV1,
} from '../../contracts/avro/events';
import type { Effect, EffectKey } from '../shared/ordered-effect';
import { type AcceptedStreamEvent, type EventPlace, streamEvent } from '../shared/stream-event';

/** How long after it happened an event may reach the log and still be counted with its minute; later ones are counted apart. Five minutes. */
export const ALLOWED_LATENESS_MS = 300_000;
/** How long a minute's counters are kept: 400 days, so that a day can be compared with the one a year before. */
const RETENTION_SECONDS = 400 * 86_400;

/** The minute that a time is in, for example `2026-11-26T20:44Z`. @throws RangeError it is no time */
export const minuteOf = (time: string): string => `${new Date(time).toISOString().slice(0, 16)}Z`;

/** Partition of a minute's counters, in one generation of the consumer. */
export const counterPartition = (minute: string): string => `COUNTER#${minute}`;

/** Each lane of the log has a counter of its own, to which nobody else adds at the time; a minute's count is the sum of its lanes'. */
const counterKey = (minute: string, kind: string, lane: string): EffectKey => ({
  pk: counterPartition(minute),
  sk: `${kind}#${lane}`,
});

const counted = (kind: string, time: string, { lane, record }: EventPlace): readonly Effect[] => {
  const minute = minuteOf(time);
  const isLate = record.arrivedAt - Date.parse(time) > ALLOWED_LATENESS_MS;
  const expiresAt = Math.floor(Date.parse(minute.replace('Z', ':00Z')) / 1_000) + RETENTION_SECONDS;
  const attributes = { itemType: 'COUNTER', minute, activity: kind, lane, expiresAt };
  return [
    { kind: 'add', key: counterKey(minute, kind, lane), amounts: { [isLate ? 'late' : 'onTime']: 1 }, attributes },
  ];
};

/** How much of each kind happened in each minute, by the time at which it happened. */
export const activityCounters: readonly AcceptedStreamEvent[] = [
  streamEvent(activityRecordedV1, ({ data }, place) => counted(data.kind, data.occurredAt, place)),
  streamEvent(orderPlacedV1, ({ time }, place) => counted('placed', time, place)),
  streamEvent(orderConfirmedV1, ({ time }, place) => counted('confirmed', time, place)),
  streamEvent(orderRejectedV1, ({ time }, place) => counted('rejected', time, place)),
  streamEvent(orderCancelledV1, ({ time }, place) => counted('cancelled', time, place)),
];
