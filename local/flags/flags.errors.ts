/** What is asked of a flag cannot be done. The message says why, and what was expected. */
export class FlagRefusalError extends Error {
  override readonly name = 'FlagRefusalError';
}

/** Flags did not reach a region, and hold nowhere now: whatever had them was put back. */
export class FlagDeploymentError extends Error {
  override readonly name = 'FlagDeploymentError';
}
