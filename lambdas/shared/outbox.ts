import { encodeEvent } from './avro-writer';
import type { Cause } from './cause';
import { eventIdOf } from './deterministic-id';
import type { NewEvent } from './event-contract';

/** One event of an outbox row, numbered and encoded. */
export interface OutboxEvent {
  readonly id: string;
  readonly type: string;
  readonly sequence: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  /** `urn:avro:<schemaVersionId>`. */
  readonly dataschema: string;
  /** Schema registry header and Avro binary. */
  readonly data: Uint8Array;
}

/** The events of one commit, written in the same transaction as the change they tell of. */
export interface OutboxRow {
  readonly pk: string;
  readonly sk: string;
  readonly itemType: 'OUTBOX';
  /** Only this region's relay publishes it; after an evacuation, its successor's. */
  readonly originRegion: string;
  /** By the clock of its origin; RFC 3339, UTC, milliseconds. */
  readonly committedAt: string;
  readonly subject: string;
  readonly source: string;
  readonly correlationid: string;
  readonly causationid: string;
  readonly traceparent?: string;
  readonly events: readonly OutboxEvent[];
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** What a row is made of. */
export interface OutboxRowParts {
  /** `<kind>/<id>`. */
  readonly subject: string;
  readonly context: string;
  readonly region: string;
  /** Number of the entity's last event before these. */
  readonly sequence: number;
  readonly events: readonly NewEvent[];
  readonly cause: Cause;
  readonly now: Date;
  readonly retentionSeconds: number;
}

const SEQUENCE_DIGITS = 12;

/**
 * Sort key of the row whose first event has this sequence; rows of an entity sort in the order they were made. The region is part
 * of it: two regions may number different facts alike, and replication would keep only one of two rows with one key.
 */
export const outboxSortKey = (sequence: number, originRegion: string): string =>
  `OUTBOX#${String(sequence).padStart(SEQUENCE_DIGITS, '0')}#${originRegion}`;

/**
 * Numbers, names and encodes the events of a commit.
 * @throws AvroValueError a payload does not fit its contract
 */
export const outboxRow = (parts: OutboxRowParts): OutboxRow => {
  const { subject, context, region, sequence, events, cause, now, retentionSeconds } = parts;
  const time = now.toISOString();
  return {
    pk: subject,
    sk: outboxSortKey(sequence + 1, region),
    itemType: 'OUTBOX',
    originRegion: region,
    committedAt: time,
    subject,
    source: `/tenfold/${context}`,
    correlationid: cause.correlationId,
    causationid: cause.causationId,
    ...(cause.traceparent !== undefined && { traceparent: cause.traceparent }),
    events: events.map(({ contract, data }, index) => ({
      id: eventIdOf(subject, sequence + index + 1, contract.type),
      type: contract.type,
      sequence: sequence + index + 1,
      time,
      dataschema: `urn:avro:${contract.schemaVersionId}`,
      data: encodeEvent(contract, data),
    })),
    expiresAt: Math.floor(now.getTime() / 1_000) + retentionSeconds,
  };
};

/** What the events of a commit have in common on the wire. */
export type WireContext = Pick<
  OutboxRow,
  'source' | 'subject' | 'correlationid' | 'causationid' | 'originRegion' | 'traceparent'
>;

/** The event as it goes on the wire: CloudEvents JSON, structured mode, Avro data in base64. */
export const wireEvent = (row: WireContext, event: OutboxEvent): string => {
  const { source, subject, correlationid, causationid, originRegion: originregion, traceparent } = row;
  const { id, type, time, sequence, dataschema, data } = event;
  const data_base64 = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
  const attributes = { specversion: '1.0', id, source, type, time, subject, sequence, correlationid, causationid };
  const extensions = { originregion, traceparent, datacontenttype: 'application/avro', dataschema };
  return JSON.stringify({ ...attributes, ...extensions, data_base64 });
};
