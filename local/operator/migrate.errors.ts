/** A step of a migration must not be taken now. The message names everything that stands in its way. */
export class MigrationRefusedError extends Error {
  override readonly name = 'MigrationRefusedError';
  constructor(
    step: string,
    readonly refusals: readonly string[],
  ) {
    super(`${step} is refused:\n${refusals.map((refusal) => `  ${refusal}`).join('\n')}`);
  }
}

/** The function that works on a region's entities has failed again and again. What it has done stays; the same command goes on. */
export class BackfillFailedError extends Error {
  override readonly name = 'BackfillFailedError';
}
