/** Something on this machine keeps the local cloud from working. Shown to people: the message says what, `fix` what to do. */
export class LocalCloudError extends Error {
  override readonly name = 'LocalCloudError';

  constructor(
    message: string,
    /** What makes it work, as an instruction. */
    readonly fix: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** How an error is shown at a terminal: cause and fix for what is foreseen, a stack for what is not. */
export const explainError = (error: unknown): string => {
  if (error instanceof LocalCloudError) return `${error.message}\n  fix: ${error.fix}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};
