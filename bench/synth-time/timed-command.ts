import { ProcessFailedError, runProcess } from '../harness/fresh-process';

/** What a command took, in seconds. */
export interface CommandTime {
  readonly wall: number;
  /** User and system time of the command and of every process it started. */
  readonly cpu: number;
}

/** A shell command and where it runs. */
export interface Command {
  readonly line: string;
  readonly directory: string;
  /** Added to the environment of this process. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Runs a command with bash, which also counts the time of grandchildren (esbuild, npx).
 * @throws ProcessFailedError it failed
 */
export const timedCommand = async ({ line, directory, environment }: Command): Promise<CommandTime> => {
  const script = `TIMEFORMAT='%R %U %S'; time { ${line} ; }`;
  const options = { directory, environment: { ...process.env, LC_ALL: 'C', ...environment } };
  const { errors } = await runProcess('bash', ['-e', '-c', script], options);
  const [wall, user, system] = (errors.trimEnd().split('\n').at(-1) ?? '').split(' ').map(Number);
  if (wall === undefined || user === undefined || system === undefined) {
    throw new ProcessFailedError(`expected three times from bash, got ${errors.slice(-200)}`);
  }
  return { wall, cpu: user + system };
};
