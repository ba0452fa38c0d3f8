/** Some regions could not be asked, or still have keys. What was destroyed stays destroyed; the same request goes on from there. */
export class ErasureIncompleteError extends Error {
  override readonly name = 'ErasureIncompleteError';
  constructor(
    readonly subject: string,
    readonly regions: readonly string[],
    readonly step: 'look' | 'bury' | 'destroy' | 'verify',
    options?: ErrorOptions,
  ) {
    super(
      `subject ${subject} is not erased in ${regions.join(', ')} (${step}), expected every region of the stage; ask again`,
      options,
    );
  }
}
