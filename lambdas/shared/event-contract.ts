/** An Avro schema as parsed JSON (https://avro.apache.org/docs/1.12.0/specification/). */
export type AvroSchema = string | readonly AvroSchema[] | { readonly [key: string]: unknown };

/** A schema and its id in the Glue Schema Registry header. */
export interface SchemaVersion {
  readonly schemaVersionId: string;
  readonly schema: AvroSchema;
}

/**
 * One version of one event: its name on the wire and the Avro schema of its payload.
 * The constants of this type are generated from `contracts/avro/*.avsc`; `T` is the payload's shape.
 */
export interface EventContract<T> {
  /** `<context>.<PastTenseName>.v<major>`, for example `ordering.OrderPlaced.v1`. */
  readonly type: string;
  readonly schema: AvroSchema;
  /** UUIDv5 of the schema's text: the schema version id in the Glue Schema Registry header. */
  readonly schemaVersionId: string;
  /** What producers of this type wrote before: a reader still resolves it. */
  readonly earlier?: readonly SchemaVersion[];
  /** Never present at run time: it only carries the payload's type. */
  readonly payload?: T;
}

/** An event that a decision has made and that the outbox has yet to number. */
export interface NewEvent {
  readonly contract: EventContract<unknown>;
  readonly data: unknown;
}

/** Pairs a contract with a payload that fits it, checked by the compiler. */
export const newEvent = <T>(contract: EventContract<T>, data: T): NewEvent => ({ contract, data });
