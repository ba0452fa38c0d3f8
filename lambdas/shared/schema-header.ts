/** Bytes before the Avro payload. */
export const HEADER_BYTES = 18;

/** Version of the Glue Schema Registry wire format, and its mark for "not compressed". */
const [VERSION, UNCOMPRESSED] = [3, 0];

/**
 * Writes the Glue Schema Registry header: version, compression, schema version id.
 * https://github.com/awslabs/aws-glue-schema-registry (`AWSSchemaRegistryConstants`)
 */
export const schemaHeader = (schemaVersionId: string): Uint8Array => {
  const header = Buffer.alloc(HEADER_BYTES);
  header[0] = VERSION;
  header[1] = UNCOMPRESSED;
  header.write(schemaVersionId.replaceAll('-', ''), 2, 'hex');
  return header;
};

/** The schema version id a payload was written with; `undefined` when it does not start with an uncompressed header. */
export const schemaVersionIdOf = (payload: Uint8Array): string | undefined => {
  if (payload.length < HEADER_BYTES || payload[0] !== VERSION || payload[1] !== UNCOMPRESSED) return undefined;
  const hex = Buffer.from(payload.buffer, payload.byteOffset + 2, 16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};
