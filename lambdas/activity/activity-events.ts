import { activityRecordedV1 } from '../../contracts/avro/events';
import { encodeEvent } from '../shared/avro-writer';
import type { Cause } from '../shared/cause';
import { eventIdOf } from '../shared/deterministic-id';
import type { LogEvent } from '../shared/event-log.port';
import { wireEvent } from '../shared/outbox';
import type { RecordActivityBody } from './record-activity.contract';

/** The entity whose events a visit's are. */
export const visitEntity = (visitId: string): string => `visit/${visitId}`;

/**
 * The events of a request as they go on the log. An event's id follows from visit and number: the same request again makes the same events.
 * @throws AvroValueError a payload does not fit its contract
 */
export const activityEvents = (
  { visitId, customerId, events }: RecordActivityBody,
  cause: Cause,
  originRegion: string,
): readonly LogEvent[] => {
  const subject = visitEntity(visitId);
  const { correlationId: correlationid, causationId: causationid, traceparent } = cause;
  const about = { source: '/tenfold/activity', subject, correlationid, causationid, originRegion };
  const context = { ...about, ...(traceparent !== undefined && { traceparent }) };
  const { type, schemaVersionId } = activityRecordedV1;
  return events.map(({ sequence, kind, occurredAt: told, sku, query }) => {
    const time = new Date(told).toISOString();
    const payload = { visitId, customerId, kind, occurredAt: time, sku: sku ?? null, query: query ?? null };
    const event = {
      id: eventIdOf(subject, sequence, type),
      type,
      sequence,
      time,
      dataschema: `urn:avro:${schemaVersionId}`,
      data: encodeEvent(activityRecordedV1, payload),
    };
    return { entity: subject, text: wireEvent(context, event) };
  });
};
