import { Type } from 'avsc/lib/types';
import type { AvroSchema, EventContract } from './event-contract';
import { UnknownSchemaError, UnreadableMessageError } from './message.errors';
import { HEADER_BYTES, schemaHeader, schemaVersionIdOf } from './schema-header';

type Resolver = ReturnType<Type['createResolver']>;

/** A schema that payloads are written with. */
interface WrittenSchema {
  readonly header: Uint8Array;
  /** Reads what was written with an earlier schema as if it had been written with the contract's. */
  readonly resolver?: Resolver;
}

/** What reads the payloads of a contract. */
interface Reader {
  readonly type: Type;
  /** The contract's own schema first. */
  readonly schemas: readonly WrittenSchema[];
}

const typeOf = (schema: AvroSchema): Type =>
  // avsc's own schema type lists each Avro type; ours is any parsed JSON, which forSchema checks itself.
  Type.forSchema(schema as Parameters<typeof Type.forSchema>[0], { wrapUnions: false });

const readers = new WeakMap<EventContract<unknown>, Reader>();

const readerOf = (contract: EventContract<unknown>): Reader => {
  const known = readers.get(contract);
  if (known) return known;
  const type = typeOf(contract.schema);
  const earlier = (contract.earlier ?? []).map(({ schemaVersionId, schema }) => ({
    header: schemaHeader(schemaVersionId),
    resolver: type.createResolver(typeOf(schema)),
  }));
  const reader = { type, schemas: [{ header: schemaHeader(contract.schemaVersionId) }, ...earlier] };
  readers.set(contract, reader);
  return reader;
};

/** Compared byte by byte: the id in its written form would be seven strings a payload. */
const beginsWith = (payload: Uint8Array, header: Uint8Array): boolean => {
  for (let at = 0; at < HEADER_BYTES; at += 1) if (payload[at] !== header[at]) return false;
  return true;
};

const schemaOf = (schemas: readonly WrittenSchema[], payload: Uint8Array): WrittenSchema | undefined => {
  for (const schema of schemas) if (beginsWith(payload, schema.header)) return schema;
  return undefined;
};

/**
 * Reads an event's payload: Glue Schema Registry header, then Avro binary. A payload written with an earlier schema of
 * the contract is resolved to the current one.
 * @throws UnknownSchemaError written with a schema this code does not know (yet)
 * @throws UnreadableMessageError no header, or bytes that do not fit their schema
 */
export const decodeEvent = <T>(contract: EventContract<T>, payload: Uint8Array): T => {
  const { type, schemas } = readerOf(contract);
  const schema = schemaOf(schemas, payload);
  if (schema === undefined) {
    const schemaVersionId = schemaVersionIdOf(payload);
    if (schemaVersionId === undefined) throw new UnreadableMessageError('the payload has no schema registry header');
    throw new UnknownSchemaError(contract.type, schemaVersionId);
  }
  const bytes = Buffer.isBuffer(payload)
    ? payload
    : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  let cause: unknown;
  try {
    const decoded: { readonly value: unknown; readonly offset: number } = type.decode(
      bytes,
      HEADER_BYTES,
      schema.resolver,
    );
    const { value, offset } = decoded;
    // The decoder is built from the schema the generated type T was made from. It says -1 of bytes that end too soon.
    if (offset === bytes.length) return value as T;
  } catch (error) {
    cause = error;
  }
  throw new UnreadableMessageError(`the payload of ${contract.type} does not fit its schema`, { cause });
};
