/** The home region gave no usable answer in time; whether it handled the request is not known. */
export class HomeUnreachableError extends Error {
  override readonly name = 'HomeUnreachableError';
  constructor(
    readonly homeRegion: string,
    explanation: string,
    options?: ErrorOptions,
  ) {
    super(`region ${homeRegion} did not answer: ${explanation}`, options);
  }
}
