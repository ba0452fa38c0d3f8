import { type Encoder, encoderOf } from './avro-encoder';
import { AvroSink } from './avro-sink';
import type { EventContract } from './event-contract';
import { schemaHeader } from './schema-header';

interface Writer {
  readonly header: Uint8Array;
  readonly encode: Encoder;
}

const writers = new WeakMap<EventContract<unknown>, Writer>();

const writerOf = (contract: EventContract<unknown>): Writer => {
  const known = writers.get(contract);
  if (known) return known;
  const writer = { header: schemaHeader(contract.schemaVersionId), encode: encoderOf(contract.schema) };
  writers.set(contract, writer);
  return writer;
};

/**
 * Avro binary of an event's payload behind the Glue Schema Registry header.
 * @throws AvroValueError the payload does not fit the contract; names the field, never its value
 */
export const encodeEvent = <T>(contract: EventContract<T>, data: T): Uint8Array => {
  const { header, encode } = writerOf(contract);
  const sink = new AvroSink();
  sink.raw(header);
  encode(sink, data, '');
  return sink.toBytes();
};
