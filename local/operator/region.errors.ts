/** What an operator asks of a region cannot be done. The message says why, and what was expected. */
export class RegionRefusalError extends Error {
  override readonly name = 'RegionRefusalError';
}

/** A workflow has ended without having done its work; it may be started again. */
export class WorkflowFailedError extends Error {
  override readonly name = 'WorkflowFailedError';
}
