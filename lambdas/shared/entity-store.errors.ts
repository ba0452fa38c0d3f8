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

/** One of the items that were to be written with the entity did not meet its condition; nothing was written. */
export class SideConditionError extends Error {
  override readonly name = 'SideConditionError';
  constructor(
    /** Position in the list of side items, from 0. */
    readonly index: number,
    /** The item as it is stored, when its write asked for it (`ReturnValuesOnConditionCheckFailure: 'ALL_OLD'`). */
    readonly item: { readonly [attribute: string]: unknown } | undefined,
    options?: ErrorOptions,
  ) {
    super(`the condition of side item ${index} was not met`, options);
  }
}
