/** Somebody else has moved an entity since it was read; nothing was written. */
export class EntityMovedError extends Error {
  override readonly name = 'EntityMovedError';
  constructor(
    readonly entities: readonly string[],
    options?: ErrorOptions,
  ) {
    super(`the position of ${entities.join(', ')} has changed since it was read`, options);
  }
}

/** The store will never take an effect as it is: too large, or of a form that it does not know. Nothing was written. */
export class EffectRefusedError extends Error {
  override readonly name = 'EffectRefusedError';
}

/** A parked message was handled again, and its entity still cannot go on. */
export class StillParkedError extends Error {
  override readonly name = 'StillParkedError';
  constructor(
    readonly entity: string,
    readonly reason: string,
    explanation: string,
  ) {
    super(`${entity} still waits, ${reason}: ${explanation}`);
  }
}
