/** Nobody took the record of an access, so the access must not happen. */
export class AuditUnavailableError extends Error {
  override readonly name = 'AuditUnavailableError';
}

/** A route shows or takes sensitive fields and does not say how that is recorded. Thrown when the function starts. */
export class UndeclaredAccessError extends Error {
  override readonly name = 'UndeclaredAccessError';
}
