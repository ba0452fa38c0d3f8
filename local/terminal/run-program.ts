import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { finished } from 'node:stream/promises';
import { LocalCloudError } from '../local.errors';
import { projectRoot } from '../paths';

/** A program to run to its end. */
export interface Program {
  /** What it does, for the error message: `deploying the stacks`. */
  readonly purpose: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly env: NodeJS.ProcessEnv;
  /** File that gets everything the program prints; it is replaced. */
  readonly log: string;
  /** @default the project's root */
  readonly cwd?: string;
  /** What to do when it fails; the end of its output is shown besides. */
  readonly fix: string;
  /** Called with each line as it is printed. */
  readonly onLine?: (line: string) => void;
  /** Aborted: the program is asked to end. */
  readonly signal?: AbortSignal;
}

const SHOWN_LINES = 25;

/** The end of a log, for an error message; empty when there is no such file. */
export const logTail = async (path: string): Promise<string> => {
  const text = await readFile(path, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines
    .slice(-SHOWN_LINES)
    .map((line) => `  | ${line}`)
    .join('\n');
};

/**
 * Runs a program and waits for its end.
 * @throws LocalCloudError it could not be started, or failed; the message has the end of its output
 */
export const runProgram = async (program: Program): Promise<void> => {
  const { purpose, command, args, env, log, cwd = projectRoot, fix, onLine, signal } = program;
  await mkdir(dirname(log), { recursive: true });
  const file = createWriteStream(log);
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], ...(signal && { signal }) });
  let rest = '';
  const take = (chunk: Buffer): void => {
    file.write(chunk);
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine?.(line);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const outcome = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('close', (code, signal) =>
      resolve(code === 0 ? undefined : signal === null ? `ended with code ${code}` : `was ended by ${signal}`),
    );
  });
  file.end();
  await finished(file);
  if (outcome === undefined) return;
  const tail = await logTail(log);
  throw new LocalCloudError(
    `${purpose}: ${command.split('/').pop() ?? command} ${outcome}${tail === '' ? '' : `\n${tail}`}`,
    `${fix} (whole output: ${relative(projectRoot, log)})`,
  );
};
