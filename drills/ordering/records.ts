import { activityRecordedV1, stockReleasedV1, stockReservedV1 } from '../../contracts/avro/events';
import { encodeEvent } from '../../lambdas/shared/avro-writer';
import { eventIdOf } from '../../lambdas/shared/deterministic-id';
import type { EventContract } from '../../lambdas/shared/event-contract';
import { wireEvent } from '../../lambdas/shared/outbox';
import type { ActivityDelivery, Visit } from './activity-load';
import type { StockMovement } from './stock-load';

/** A record as it is appended to a log. */
export interface LogRecord {
  readonly partitionKey: string;
  readonly text: string;
}

/** Who appends, and when, as the envelope says it. */
export interface Writer {
  readonly region: string;
  /** RFC 3339. */
  readonly time: string;
}

/** Far beyond what a consumer takes for a clock that is ahead: two days, in milliseconds. */
const FUTURE_MILLISECONDS = 2 * 86_400_000;

const kinds = ['viewed', 'searched', 'carted'] as const;

/** The entity whose events a visit's are. */
export const visitEntity = ({ visitId }: Pick<Visit, 'visitId'>): string => `visit/${visitId}`;

/** Id of a visit's event. */
export const visitEventId = (visit: Pick<Visit, 'visitId'>, sequence: number): string =>
  eventIdOf(visitEntity(visit), sequence, activityRecordedV1.type);

/** The entity of a stock movement. */
export const stockEntity = ({ orderId }: Pick<StockMovement, 'orderId'>): string => `reservation/${orderId}`;

interface Parts<T> {
  readonly source: string;
  readonly subject: string;
  readonly correlation: string;
  readonly sequence: number;
  readonly id: string;
  readonly data: T;
}

const textOf = <T>(contract: EventContract<T>, parts: Parts<T>, { region, time }: Writer): string => {
  const { source, subject, correlation, sequence, id, data } = parts;
  const { type, schemaVersionId } = contract;
  const context = { source, subject, correlationid: correlation, causationid: correlation, originRegion: region };
  const dataschema = `urn:avro:${schemaVersionId}`;
  return wireEvent(context, { id, type, sequence, time, dataschema, data: encodeEvent(contract, data) });
};

/** A record of a visit: an event as the shop sends it, or what cannot be handled. */
export const activityRecord = (delivery: ActivityDelivery, writer: Writer): LogRecord => {
  const { visit, sequence, form } = delivery;
  const { visitId, customerId } = visit;
  const subject = visitEntity(visit);
  if (form === 'unreadable') return { partitionKey: subject, text: `no event at all, ${sequence}` };
  const time = form === 'future' ? new Date(Date.parse(writer.time) + FUTURE_MILLISECONDS).toISOString() : writer.time;
  const kind = kinds[sequence % kinds.length] ?? 'viewed';
  const [sku, query] = kind === 'searched' ? [null, `word ${sequence}`] : [`SKU-${sequence}`, null];
  const parts = {
    ...{ source: '/tenfold/activity', subject, correlation: visitId, sequence },
    id:
      form === 'contradiction' ? eventIdOf(subject, sequence, 'drill.Contradiction.v1') : visitEventId(visit, sequence),
    data: { visitId, customerId, kind, occurredAt: time, sku, query },
  };
  return { partitionKey: subject, text: textOf(activityRecordedV1, parts, { ...writer, time }) };
};

/** A stock movement as inventory's relay sends it. */
export const stockRecord = (movement: StockMovement, writer: Writer): LogRecord => {
  const { orderId, sequence, sku, quantity } = movement;
  const subject = stockEntity(movement);
  const contract = sequence === 1 ? stockReservedV1 : stockReleasedV1;
  const parts = {
    ...{ source: '/tenfold/inventory', subject, correlation: orderId, sequence },
    id: eventIdOf(subject, sequence, contract.type),
    data: { orderId, lines: [{ sku, quantity }] },
  };
  return { partitionKey: subject, text: textOf(contract, parts, writer) };
};
