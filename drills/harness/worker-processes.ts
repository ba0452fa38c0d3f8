import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A process of this machine. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

const run = promisify(execFile);

/** Reads the output of `ps -eo pid=,ppid=,args=`; lines of another form are skipped. */
export const parseProcesses = (listing: string): ProcessRow[] =>
  listing.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    return match ? [{ pid: Number(match[1]), parent: Number(match[2]), command: match[3] ?? '' }] : [];
  });

/**
 * The processes in which the embedded cloud runs one function (`node …/ministack-lambda-<function>-…/_worker.js`).
 * @param emulator pid of the embedded cloud: another one on the same machine has functions of the same names
 */
export const workersOf = (processes: readonly ProcessRow[], functionName: string, emulator: number): ProcessRow[] => {
  const parents = new Map(processes.map(({ pid, parent }) => [pid, parent]));
  const descends = (pid: number): boolean => {
    for (let at = parents.get(pid); at !== undefined && at > 1; at = parents.get(at)) if (at === emulator) return true;
    return false;
  };
  return processes.filter(
    ({ pid, command }) =>
      command.includes(`/ministack-lambda-${functionName}-`) && command.includes('/_worker.js') && descends(pid),
  );
};

/** Lists the processes of this machine (Linux and macOS). */
export const listProcesses = async (): Promise<ProcessRow[]> => {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=,args='], { maxBuffer: 32 * 1024 * 1024 });
  return parseProcesses(stdout);
};

/** `kill -9`; false when the process was gone already. */
export const killNow = (pid: number): boolean => {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
};
