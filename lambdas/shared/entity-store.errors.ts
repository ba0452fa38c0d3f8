/** The entity changed between reading it and committing a decision about it. Read, decide and try again. */
export class StaleEntityError extends Error {
  override readonly name = 'StaleEntityError';
  constructor(
    readonly entity: string,
    options?: ErrorOptions,
  ) {
    super(`entity ${entity} changed since it was read`, options);
  }
}

/** The message was handled before; nothing was written. Answer with the first outcome. */
export class DuplicateMessageError extends Error {
  override readonly name = 'DuplicateMessageError';
  constructor(
    readonly messageId: string,
    readonly outcome: unknown,
    options?: ErrorOptions,
  ) {
    super(`message ${messageId} was handled before`, options);
  }
}
