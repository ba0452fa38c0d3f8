/** A message that no retry will make readable: not our envelope, or data that does not fit its contract. */
export class UnreadableMessageError extends Error {
  override readonly name = 'UnreadableMessageError';
}

/**
 * A payload written with a schema this version of the code does not know: its producer was deployed first.
 * Retrying helps once this side is deployed too.
 */
export class UnknownSchemaError extends Error {
  override readonly name = 'UnknownSchemaError';
  constructor(
    readonly type: string,
    readonly schemaVersionId: string,
  ) {
    super(`${type} was written with schema version ${schemaVersionId}, which is not known here`);
  }
}
