/** The gate cannot say whether a release fits. The message says what it could not find out, and what makes it possible. */
export class GateError extends Error {
  override readonly name = 'GateError';
}
