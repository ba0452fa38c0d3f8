/** A record about a region has changed since it was read: read and decide again. */
export class StaleRecordError extends Error {
  override readonly name = 'StaleRecordError';
  constructor(
    readonly record: string,
    options?: ErrorOptions,
  ) {
    super(`${record} has changed since it was read`, options);
  }
}

/** The lease could not be kept in every table; in the others it was. */
export class LeaseNotKeptError extends Error {
  override readonly name = 'LeaseNotKeptError';
  constructor(
    readonly region: string,
    readonly contexts: readonly string[],
    firstFailure: unknown,
  ) {
    super(`the lease of ${region} could not be kept in the tables of ${contexts.join(', ')}`, { cause: firstFailure });
  }
}
