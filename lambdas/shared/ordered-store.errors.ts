/** Somebody else has moved an entity since it was read; nothing was written. */
export class StalePositionError extends Error {
  override readonly name = 'StalePositionError';
  constructor(
    readonly entities: readonly string[],
    options?: ErrorOptions,
  ) {
    super(`the position of ${entities.join(', ')} has changed since it was read`, options);
  }
}
