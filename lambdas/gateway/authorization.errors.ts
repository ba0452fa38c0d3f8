/** API Gateway answers 401 exactly when an authorizer fails with this message. */
export class UnauthorizedError extends Error {
  override readonly name = 'UnauthorizedError';
  constructor(options?: ErrorOptions) {
    super('Unauthorized', options);
  }
}

/** The issuer's keys cannot be had at the moment: nothing is known about the token. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
}
