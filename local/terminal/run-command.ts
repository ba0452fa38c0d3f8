import { explainError } from '../local.errors';

/**
 * Runs a command of operators and ends the process with its exit code; with 1 when it fails.
 * @param foreseen errors that tell a person all there is to know: of these, the message alone is shown
 */
export const runCommand = (
  command: () => Promise<number>,
  foreseen: readonly (abstract new (...args: never[]) => Error)[],
): void => {
  command().then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      const isForeseen = error instanceof Error && foreseen.some((known) => error instanceof known);
      console.error(isForeseen ? error.message : explainError(error));
      process.exitCode = 1;
    },
  );
};
