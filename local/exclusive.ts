import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tenfoldDirectory } from './paths';

const POLL_MILLISECONDS = 200;

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

const take = async (file: string): Promise<boolean> => {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
};

/**
 * Does some work while no other process of this checkout does the same: a drill and the tests may both want the local cloud,
 * and the second is to find what the first has brought up. A lock of a process that is gone is ignored.
 */
export const exclusively = async <Result>(
  name: string,
  work: () => Promise<Result>,
  directory = tenfoldDirectory,
): Promise<Result> => {
  await mkdir(directory, { recursive: true });
  const file = join(directory, `${name}.lock`);
  while (!(await take(file))) {
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    // An empty file is being written at this moment.
    if (owner > 0 && !isAlive(owner)) await rm(file, { force: true });
    await sleep(POLL_MILLISECONDS);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
};
