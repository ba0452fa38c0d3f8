/** Somebody else has moved on what was to be moved on. Read again, and decide again. */
export class StalePositionError extends Error {
  override readonly name = 'StalePositionError';
  constructor(what: string, options?: ErrorOptions) {
    super(`${what} was moved on since it was read`, options);
  }
}
