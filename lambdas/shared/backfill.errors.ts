/** Functions still write the old form in this stage: a backfill would never come to an end. */
export class BackfillTooEarlyError extends Error {
  override readonly name = 'BackfillTooEarlyError';
  constructor(kind: string, newest: number) {
    super(
      `this function does not write version ${newest} of ${kind} yet; expected the phase cutover to be deployed before the backfill`,
    );
  }
}

/** Somebody else works on the same part of the same backfill. Nothing is lost: theirs goes on. */
export class BackfillTakenError extends Error {
  override readonly name = 'BackfillTakenError';
  constructor(segment: number, options?: ErrorOptions) {
    super(`segment ${segment} of the backfill is worked on by somebody else at the same time`, options);
  }
}

/** An item has an entity's key, and something else than the store has written it. The message names fields, never values. */
export class UnreadableItemError extends Error {
  override readonly name = 'UnreadableItemError';
  constructor(entity: string, faults: string) {
    super(`${entity} is not stored as the store writes it: ${faults}`);
  }
}

/** The table takes others, but not this form of this entity: it is too large, for example. Nothing was written. */
export class FormRefusedError extends Error {
  override readonly name = 'FormRefusedError';
  constructor(entity: string, cause: Error) {
    super(`DynamoDB refuses the new form of ${entity}: ${cause.message}`, { cause });
  }
}
