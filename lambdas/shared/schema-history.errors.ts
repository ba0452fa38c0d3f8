/** A history of stored forms, or what a function is told to do with it, cannot be right. Thrown at cold start. */
export class SchemaHistoryError extends Error {
  override readonly name = 'SchemaHistoryError';
}

/**
 * An entity is stored in a version that this code does not read, or no longer. Nothing was written: a commit would lose what it does not
 * know. The message comes again, and code that knows the version handles it.
 */
export class UnknownSchemaVersionError extends Error {
  override readonly name = 'UnknownSchemaVersionError';
  constructor(
    readonly entity: string,
    readonly schemaVersion: number,
    readonly reads: readonly number[],
  ) {
    super(`entity ${entity} is stored in schema version ${schemaVersion}; expected one of ${reads.join(', ')}`);
  }
}

/** What is stored of an entity does not fit the version that it says it has. The message names fields, never values. */
export class UnreadableStateError extends Error {
  override readonly name = 'UnreadableStateError';
  constructor(
    readonly entity: string,
    readonly schemaVersion: number,
    faults: string,
  ) {
    super(`what is stored of ${entity} does not fit schema version ${schemaVersion}: ${faults}`);
  }
}
