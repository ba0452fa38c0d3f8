/** What was asked of the audit trail cannot be done; the message says why. */
export class AuditRefusalError extends Error {
  override readonly name = 'AuditRefusalError';
}
