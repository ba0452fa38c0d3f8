import { Type } from 'avsc/lib/types';
import type { AvroSchema, EventContract } from './event-contract';
import { UnknownSchemaError, UnreadableMessageError } from './message.errors';
import { HEADER_BYTES, schemaVersionIdOf } from './schema-header';

type Decode = (avro: Buffer) => unknown;

const typeOf = (schema: AvroSchema): Type =>
  // avsc's own schema type lists each Avro type; ours is any parsed JSON, which forSchema checks itself.
  Type.forSchema(schema as Parameters<typeof Type.forSchema>[0], { wrapUnions: false });

const readers = new WeakMap<EventContract<unknown>, Map<string, Decode>>();

const readersOf = (contract: EventContract<unknown>): Map<string, Decode> => {
  const known = readers.get(contract);
  if (known) return known;
  const current = typeOf(contract.schema);
  const decoders = new Map<string, Decode>([[contract.schemaVersionId, (avro): unknown => current.fromBuffer(avro)]]);
  for (const { schemaVersionId, schema } of contract.earlier ?? []) {
    const resolver = current.createResolver(typeOf(schema));
    decoders.set(schemaVersionId, (avro): unknown => current.fromBuffer(avro, resolver));
  }
  readers.set(contract, decoders);
  return decoders;
};

/**
 * Reads an event's payload: Glue Schema Registry header, then Avro binary. A payload written with an earlier schema of
 * the contract is resolved to the current one.
 * @throws UnknownSchemaError written with a schema this code does not know (yet)
 * @throws UnreadableMessageError no header, or bytes that do not fit their schema
 */
export const decodeEvent = <T>(contract: EventContract<T>, payload: Uint8Array): T => {
  const schemaVersionId = schemaVersionIdOf(payload);
  if (schemaVersionId === undefined) throw new UnreadableMessageError('the payload has no schema registry header');
  const decode = readersOf(contract).get(schemaVersionId);
  if (!decode) throw new UnknownSchemaError(contract.type, schemaVersionId);
  const avro = Buffer.from(payload.buffer, payload.byteOffset + HEADER_BYTES, payload.length - HEADER_BYTES);
  try {
    // The decoder is built from the schema the generated type T was made from.
    return decode(avro) as T;
  } catch (cause) {
    throw new UnreadableMessageError(`the payload of ${contract.type} does not fit its schema`, { cause });
  }
};
