import { isUtf8 } from 'node:buffer';
import { type Arrival, arrivalOf } from './ordered-arrival';
import { keptBody } from './ordered-plan';
import type { EarlyEvent, KnownEntity } from './ordered-store.port';
import type { ParkedMessage } from './parking.port';
import type { RecordPlace, StreamRecord } from './stream-record';

/** What a parked message of a stream is. */
export type OrderedMessage =
  | { readonly kind: 'event'; readonly generation: string; readonly arrival: Arrival }
  /** Too large to be parked: to be read from the log. */
  | { readonly kind: 'reference'; readonly generation: string; readonly record: Omit<StreamRecord, 'data'> }
  /** Events that are missing, from the first to the last. */
  | Gap;

/** Events of an entity that are missing. */
export interface Gap {
  readonly kind: 'gap';
  readonly generation: string;
  readonly entity: string;
  readonly from: number;
  readonly to: number;
}

/** What waits while a case is open: the entity, in one generation. */
export const groupOf = (generation: string, entity: string): string => `${generation}/${entity}`;

/** What an entity lacks before the first event that it has kept; `undefined` when it lacks nothing. */
export const gapOf = (generation: string, { position, early }: KnownEntity): Gap | undefined => {
  const first = early.find(({ sequence }) => sequence > position.sequence);
  if (first === undefined || first.sequence === position.sequence + 1) return undefined;
  return { kind: 'gap', generation, entity: position.entity, from: position.sequence + 1, to: first.sequence - 1 };
};

const attributesOf = (generation: string, partitionKey: string, place: RecordPlace) => ({
  generation,
  partitionKey,
  lane: place.lane,
  shardId: place.shardId,
  sequenceNumber: place.sequenceNumber,
  arrivedAt: String(place.arrivedAt),
});

/** A record that is delivered again, or was kept before it is parked, is the same one. */
const keyOf = ({ shardId, sequenceNumber }: RecordPlace): string => `${shardId}#${sequenceNumber}`;

/** A record as it waits in a case. */
export const parkedRecord = (generation: string, { record, body }: Arrival): ParkedMessage => {
  const attributes = attributesOf(generation, record.partitionKey, record.place);
  const key = keyOf(record.place);
  const kept = keptBody(body);
  if (kept === undefined) return { key, body: '', attributes: { ...attributes, form: 'reference' } };
  // A record that is no text would not survive being kept as one.
  if (isUtf8(Buffer.from(record.data, 'base64'))) return { key, body, attributes: { ...attributes, form: 'text' } };
  return { key, body: record.data, attributes: { ...attributes, form: 'base64' } };
};

/** A kept event as it waits in a case. */
export const parkedEarly = (generation: string, { body, place, partitionKey }: EarlyEvent): ParkedMessage => {
  const form = body === undefined ? 'reference' : 'text';
  return {
    key: keyOf(place),
    body: body ?? '',
    attributes: { ...attributesOf(generation, partitionKey, place), form },
  };
};

/** A gap as it waits in a case. */
export const parkedGap = ({ generation, entity, from, to }: Gap): ParkedMessage => ({
  body: from === to ? `event ${from} is missing` : `events ${from} to ${to} are missing`,
  attributes: { form: 'gap', generation, entity, from: String(from), to: String(to) },
});

/** Reads what was parked by one of the above. */
export const orderedMessage = ({ body, attributes }: ParkedMessage): OrderedMessage => {
  const { form, generation = '', partitionKey = '', lane = '', shardId = '', sequenceNumber = '' } = attributes;
  if (form === 'gap') {
    const [from, to] = [Number(attributes['from']), Number(attributes['to'])];
    return { kind: 'gap', generation, entity: attributes['entity'] ?? '', from, to };
  }
  const place = { lane, shardId, sequenceNumber, arrivedAt: Number(attributes['arrivedAt']) };
  if (form === 'reference') return { kind: 'reference', generation, record: { place, partitionKey } };
  const data = form === 'base64' ? body : Buffer.from(body).toString('base64');
  return { kind: 'event', generation, arrival: arrivalOf({ place, partitionKey, data }) };
};
