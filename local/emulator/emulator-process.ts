import { spawn } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { delimiter, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkSystem } from '../checks/operating-system';
import { LocalCloudError } from '../local.errors';
import { projectRoot, tenfoldDirectory } from '../paths';
import { pythonOfEnvironment } from '../python/python-environment';
import { logTail } from '../terminal/run-program';
import { type EmulatorState, removeEmulatorState, writeEmulatorState } from './emulator-state';

const HEALTH_PATH = '/_ministack/health';
const START_LIMIT_MILLISECONDS = 60_000;
const STOP_LIMIT_MILLISECONDS = 5_000;

const logIn = (directory: string): string => join(directory, 'log', 'emulator.log');

/** What the emulator prints, and what its functions print. */
export const emulatorLog = logIn(tenfoldDirectory);

const inherited = ['HOME', 'LANG', 'LC_ALL', 'LOGNAME', 'USER', 'TZ'];

/**
 * The emulator's environment, which its functions inherit. Little comes from the caller's: their AWS profile, proxies or
 * NODE_OPTIONS would make functions behave as they do nowhere else.
 */
const emulatorEnvironment = (port: number, region: string, directory: string): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(inherited.map((key) => [key, process.env[key]])),
  // Functions run on the first `node` here: Node 24, the runtime that they have on AWS.
  PATH: [join(projectRoot, 'node_modules', '.bin'), process.env['PATH']].join(delimiter),
  // What AWS' own runtime ships with: functions of CDK's custom resources count on the SDK being there.
  NODE_PATH: join(projectRoot, 'node_modules'),
  NODE_NO_WARNINGS: '1',
  GATEWAY_PORT: String(port),
  BIND_HOST: '127.0.0.1',
  MINISTACK_HOST: '127.0.0.1',
  MINISTACK_REGION: region,
  AUTH: 'true',
  // Servers of services that nothing here uses; they would listen on every interface.
  IOT_MTLS_ENABLED: '0',
  SFTP_ENABLED: '0',
  STATE_DIR: join(directory, 'state'),
  TMPDIR: join(directory, 'workers'),
  LOG_LEVEL: 'INFO',
  PYTHONUNBUFFERED: '1',
});

const isHealthy = async (endpoint: string): Promise<boolean> => {
  try {
    return (await fetch(`${endpoint}${HEALTH_PATH}`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Signals the emulator and the processes of its functions: they are one process group. False when none is left. */
const signalGroup = (pid: number, signal: NodeJS.Signals): boolean => {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
};

/** An emulator that this process has started. */
export interface LaunchedEmulator {
  readonly state: EmulatorState;
  /** Resolves when it has ended, whoever ended it. */
  readonly ended: Promise<void>;
}

/**
 * Starts the emulator and waits until it answers. It ends with this process, whatever becomes of it: it watches a pipe
 * that only this process holds.
 * @param directory where it writes; only an emulator in the checkout's own directory is found by other programs
 * @param settings more of its environment, for tests
 * @throws LocalCloudError it does not come up; the message has the end of its log
 */
export const launchEmulator = async (
  port: number,
  region: string,
  directory = tenfoldDirectory,
  settings: NodeJS.ProcessEnv = {},
): Promise<LaunchedEmulator> => {
  const { state: system, found, fix } = checkSystem(process.platform);
  if (system === 'missing') throw new LocalCloudError(`the emulator does not run on ${found}`, fix ?? '');
  const endpoint = `http://127.0.0.1:${port}`;
  await rm(join(directory, 'workers'), { recursive: true, force: true });
  await rm(join(directory, 'state'), { recursive: true, force: true });
  for (const inner of ['workers', 'state', 'log']) await mkdir(join(directory, inner), { recursive: true });
  const logFile = logIn(directory);
  const log = await open(logFile, 'w');
  const child = spawn(pythonOfEnvironment, [join(__dirname, 'launch.py'), '--until-stdin-closes'], {
    // A group of its own: Ctrl-C at the terminal reaches this process only, which then stops the emulator in order.
    detached: true,
    cwd: directory,
    env: { ...emulatorEnvironment(port, region, directory), ...settings },
    stdio: ['pipe', log.fd, log.fd],
  });
  await log.close();
  const failure = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `code ${code}`}`));
  });
  const { pid } = child;
  if (pid === undefined) {
    throw new LocalCloudError(`the emulator cannot be started: ${await failure}`, 'npm run destroy, then start again');
  }
  // The emulator must not keep this process alive: whoever started it decides how long it is needed.
  child.unref();
  const state = { pid, endpoint, region, startedAt: new Date().toISOString() };
  if (directory === tenfoldDirectory) await writeEmulatorState(state);
  let ended: string | undefined;
  void failure.then((reason) => {
    ended = reason;
  });
  for (const startedAt = Date.now(); Date.now() - startedAt < START_LIMIT_MILLISECONDS && ended === undefined; ) {
    if (await isHealthy(endpoint)) return { state, ended: failure.then(() => undefined) };
    await sleep(100);
  }
  await stopEmulator(state);
  throw new LocalCloudError(
    `the emulator does not answer on ${endpoint}: ${ended ?? `waited ${START_LIMIT_MILLISECONDS / 1000} s`}\n${await logTail(logFile)}`,
    `read ${relative(projectRoot, logFile)}; npm run doctor checks the machine`,
  );
};

/** Ends the emulator and every function it runs, gently first. */
export const stopEmulator = async ({ pid }: Pick<EmulatorState, 'pid'>): Promise<void> => {
  signalGroup(pid, 'SIGTERM');
  for (const startedAt = Date.now(); Date.now() - startedAt < STOP_LIMIT_MILLISECONDS && isAlive(pid); )
    await sleep(50);
  // Functions that outlived the emulator, or all of it if it did not listen.
  signalGroup(pid, 'SIGKILL');
  await removeEmulatorState(pid);
};

/** Ends the emulator's group at once; for the `exit` event, where nothing can be awaited. */
export const killEmulatorNow = ({ pid }: Pick<EmulatorState, 'pid'>): void => {
  signalGroup(pid, 'SIGKILL');
};
