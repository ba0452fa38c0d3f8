/** A consumer refused a request, or failed at it; the message says all there is to know. */
export class StreamRequestError extends Error {
  override readonly name = 'StreamRequestError';
}

/** A stream cannot be split or merged as asked. */
export class ReshardError extends Error {
  override readonly name = 'ReshardError';
}
