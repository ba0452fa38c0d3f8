/** What an operator asks of a region cannot be done. The message says why, and what was expected. */
export class RegionRefusalError extends Error {
  override readonly name = 'RegionRefusalError';
}

/** A workflow has ended without having done its work; it may be started again. */
export class WorkflowFailedError extends Error {
  override readonly name = 'WorkflowFailedError';
}

/** Regions that a command needs do not answer. The message names each of them, why, and what can be done meanwhile. */
export class RegionDarkError extends Error {
  override readonly name = 'RegionDarkError';
}
