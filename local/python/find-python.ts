import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { LocalCloudError } from '../local.errors';

const run = promisify(execFile);

/** A Python interpreter of this machine. */
export interface Python {
  readonly command: string;
  /** Major, minor, micro. */
  readonly version: readonly [number, number, number];
  /** Whether it can make virtual environments with pip in them; Debian ships that in a package of its own. */
  readonly hasVenv: boolean;
}

/** The oldest Python that the emulator runs on. */
export const OLDEST_PYTHON = [3, 10] as const;

const probe = [
  'import importlib.util as u, json, sys',
  'has = all(u.find_spec(m) is not None for m in ("venv", "ensurepip"))',
  'print(json.dumps({"version": sys.version_info[:3], "hasVenv": has}))',
].join('\n');

const answer = z.object({ version: z.tuple([z.number(), z.number(), z.number()]), hasVenv: z.boolean() });

/** Asks an interpreter what it is; `undefined` when there is no such command, or it is something else. */
export const probePython = async (command: string): Promise<Python | undefined> => {
  try {
    const { stdout } = await run(command, ['-c', probe], { timeout: 20_000 });
    return { command, ...answer.parse(JSON.parse(stdout)) };
  } catch {
    return undefined;
  }
};

const isRecent = ({ version: [major, minor] }: Python): boolean =>
  major > OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]);

const shown = ({ command, version }: Python): string => `${command} is ${version.join('.')}`;

/**
 * The Python to use: `python3` or `python`, and failing these one that carries its version in its name.
 * @throws LocalCloudError none is recent enough, or the recent one cannot make virtual environments
 */
export const findPython = async (probeCommand = probePython): Promise<Python> => {
  const found: Python[] = [];
  for (const command of ['python3', 'python', 'python3.13', 'python3.12', 'python3.11', 'python3.14', 'python3.10']) {
    const python = await probeCommand(command);
    if (python === undefined) continue;
    if (isRecent(python) && python.hasVenv) return python;
    found.push(python);
  }
  const withoutVenv = found.find(isRecent);
  if (withoutVenv) {
    throw new LocalCloudError(
      `${shown(withoutVenv)} and has no venv module`,
      'install it; on Debian and Ubuntu: apt install python3-venv',
    );
  }
  throw new LocalCloudError(
    `the local cloud needs Python ${OLDEST_PYTHON.join('.')} or later; ${found.map(shown).join(', ') || 'there is none on PATH'}`,
    'install a recent Python, for example with your package manager, and put it on PATH as python3',
  );
};
