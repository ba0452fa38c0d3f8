/** What is asked of a flag cannot be done. The message says why, and what was expected. */
export class FlagRefusalError extends Error {
  override readonly name = 'FlagRefusalError';
}

/** Flags did not reach a region. Whatever got them by the same command was put back; the message names what could not be. */
export class FlagDeploymentError extends Error {
  override readonly name = 'FlagDeploymentError';
}
