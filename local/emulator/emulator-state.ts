import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { tenfoldDirectory } from '../paths';

const run = promisify(execFile);

const emulatorState = z.object({
  /** Process of the emulator and id of its process group. */
  pid: z.int().positive(),
  endpoint: z.url(),
  region: z.string(),
  /** When it was started, RFC 3339. */
  startedAt: z.string(),
});

/** What is known of the emulator that this checkout has started. */
export type EmulatorState = z.output<typeof emulatorState>;

const stateFile = join(tenfoldDirectory, 'emulator.json');

/** Remembers the emulator for `npm run stop`, for drills and for tests. */
export const writeEmulatorState = async (state: EmulatorState): Promise<void> => {
  await mkdir(dirname(stateFile), { recursive: true });
  await writeFile(stateFile, `${JSON.stringify(state, undefined, 2)}\n`);
};

/** Forgets it, unless the file speaks of another one by now. */
export const removeEmulatorState = async (pid: number): Promise<void> => {
  const known = await readStateFile();
  if (known?.pid === pid) await rm(stateFile, { force: true });
};

const readStateFile = async (): Promise<EmulatorState | undefined> => {
  const text = await readFile(stateFile, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return emulatorState.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/** Command line of a process; `undefined` when there is none. A process id alone may be somebody else's by now. */
const commandOf = async (pid: number): Promise<string | undefined> => {
  try {
    const { stdout } = await run('ps', ['-o', 'args=', '-p', String(pid)]);
    return stdout.trim();
  } catch {
    return undefined;
  }
};

/** The emulator of this checkout, when its process is alive; otherwise what is left of it is forgotten. */
export const readEmulatorState = async (): Promise<EmulatorState | undefined> => {
  const state = await readStateFile();
  if (state === undefined) return undefined;
  const command = await commandOf(state.pid);
  if (command?.includes(join('local', 'emulator', 'launch.py'))) return state;
  await rm(stateFile, { force: true });
  return undefined;
};
