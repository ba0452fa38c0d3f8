import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { logDirectory, tenfoldDirectory } from '../paths';
import { runProgram } from '../terminal/run-program';
import { findPython } from './find-python';

const directory = join(tenfoldDirectory, 'python');
const stamp = join(directory, 'made-from');

/** The emulator and all that it needs, with the hash of every file that may be installed. */
export const requirementsFile = join(__dirname, 'requirements.txt');

/** The interpreter of the project's own Python environment. */
export const pythonOfEnvironment = join(directory, 'bin', 'python');

const wanted = async (): Promise<string> =>
  createHash('sha256')
    .update(await readFile(requirementsFile))
    .digest('hex');

/** Whether the environment is there and was made from today's requirements. */
export const isPythonEnvironmentCurrent = async (): Promise<boolean> =>
  (await readFile(stamp, 'utf8').catch(() => undefined)) === (await wanted());

/**
 * Makes the Python environment of the emulator in `.tenfold/python`, unless it was made from the same requirements before.
 * @returns false when nothing had to be done
 * @throws LocalCloudError no Python fits, or the packages cannot be had
 */
export const ensurePythonEnvironment = async (note: (line: string) => void): Promise<boolean> => {
  if (await isPythonEnvironmentCurrent()) return false;
  const python = await findPython();
  await rm(directory, { recursive: true, force: true });
  await mkdir(tenfoldDirectory, { recursive: true });
  note(`${python.command} ${python.version.join('.')}: virtual environment in .tenfold/python`);
  await runProgram({
    purpose: 'making the Python environment',
    command: python.command,
    args: ['-m', 'venv', directory],
    env: process.env,
    log: join(logDirectory, 'venv.log'),
    fix: 'read the output above; on Debian and Ubuntu this is often a missing python3-venv',
  });
  note('installing the emulator (hashes are checked)');
  const pip = ['-m', 'pip', '--disable-pip-version-check', 'install', '--no-input', '--quiet', '--require-hashes'];
  await runProgram({
    purpose: 'installing the emulator',
    command: pythonOfEnvironment,
    args: [...pip, '-r', requirementsFile],
    env: process.env,
    log: join(logDirectory, 'pip.log'),
    fix: 'check that pip reaches a package index (proxy settings, pip config), then start again',
  });
  await writeFile(stamp, await wanted());
  return true;
};
