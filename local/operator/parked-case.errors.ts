/** There is no such case in any context. */
export class UnknownParkedCaseError extends Error {
  override readonly name = 'UnknownParkedCaseError';
}

/** A redrive ended otherwise than by the case being done with; the case stays open. */
export class RedriveFailedError extends Error {
  override readonly name = 'RedriveFailedError';
  constructor(
    message: string,
    /** `not-now`: nothing was tried, because what the case is about is under way. */
    readonly kind: 'failed' | 'not-now' = 'failed',
  ) {
    super(message);
  }
}

/** A message was not discarded; nothing has changed. */
export class DiscardFailedError extends Error {
  override readonly name = 'DiscardFailedError';
}
