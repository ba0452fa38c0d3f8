/**
 * A service outside of AWS gave no answer, or none that tells what it did: what was asked for may or may not have happened.
 * Ask again under the same idempotency key.
 */
export class ProviderUnavailableError extends Error {
  override readonly name = 'ProviderUnavailableError';
}

/** A service outside of AWS refused a request. The adapter knows which refusals are answers; all others are failures. */
export class ProviderRefusedError extends Error {
  override readonly name = 'ProviderRefusedError';
  constructor(
    /** HTTP status, 400 to 499. */
    readonly status: number,
    /** `type` of the answer's problem document (RFC 9457), when there is one. */
    readonly problemType: string | undefined,
    /** `detail` of the problem document: text of a third party, not for customers. */
    readonly detail: string | undefined,
    options?: ErrorOptions,
  ) {
    super(`refused with status ${status}${problemType === undefined ? '' : ` (${problemType})`}`, options);
  }
}
