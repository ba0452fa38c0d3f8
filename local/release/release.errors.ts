/** What is asked of a release cannot be done, and nothing was changed. The message says why, and what was expected. */
export class ReleaseRefusalError extends Error {
  override readonly name = 'ReleaseRefusalError';
}

/** The train stands: a wave could not be deployed, or has baked badly. No later wave was begun. */
export class TrainStoppedError extends Error {
  override readonly name = 'TrainStoppedError';
}

/** Somebody has ended the train that this process was driving. */
export class TrainAbortedError extends Error {
  override readonly name = 'TrainAbortedError';
}
