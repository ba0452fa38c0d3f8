import { spawn } from 'node:child_process';

/** A process of a benchmark ended badly; the message has the end of what it said. */
export class ProcessFailedError extends Error {
  override readonly name = 'ProcessFailedError';
}

/** How a process is started. */
export interface ProcessOptions {
  readonly directory?: string;
  /** Replaces the environment of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const TOLD_OF_A_FAILURE = 2_000;

/**
 * Runs a program to its end and answers its standard output.
 * @throws ProcessFailedError it did not exit with 0
 */
export const runProcess = async (
  command: string,
  words: readonly string[],
  { directory, environment = process.env }: ProcessOptions = {},
): Promise<{ readonly output: string; readonly errors: string }> => {
  const child = spawn(command, words, { cwd: directory, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  if (status !== 0) {
    const told = `${output}${errors}`.slice(-TOLD_OF_A_FAILURE);
    throw new ProcessFailedError(`expected ${command} ${words.join(' ')} to exit with 0, got ${status}:\n${told}`);
  }
  return { output, errors };
};
