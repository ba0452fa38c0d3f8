import { access, statfs } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { emulatorKindAt } from '../emulator/emulator-kind';
import { readEmulatorState } from '../emulator/emulator-state';
import { choosePort } from '../emulator/free-port';
import { projectRoot } from '../paths';
import { findPython } from '../python/find-python';
import { isPythonEnvironmentCurrent } from '../python/python-environment';
import type { Check, Finding } from './check';
import { checkInstalledPackages } from './installed-packages';
import { checkSystem } from './operating-system';

const OLDEST_NODE = 24;
const NEEDED_BYTES = 1_500_000_000;

/** Whether functions run on the Node that they have on AWS. */
export const checkNode = (version: string): Finding => {
  const major = Number(/^v(\d+)\./.exec(version)?.[1] ?? 0);
  if (major >= OLDEST_NODE) return { state: 'ok', found: version };
  return {
    state: 'missing',
    found: `${version}, but functions run on Node ${OLDEST_NODE} on AWS`,
    fix: 'run it through npm (npm run doctor); if it says so then, run npm ci: Node 24 is one of the packages',
  };
};

/** Whether there is room for packages, the Python environment and what the emulator stores. */
export const checkDisk = (freeBytes: number): Finding => {
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  if (freeBytes >= NEEDED_BYTES) return { state: 'ok', found: `${gigabytes(freeBytes)} free` };
  return {
    state: 'missing',
    found: `${gigabytes(freeBytes)} free`,
    fix: `make room: at least ${gigabytes(NEEDED_BYTES)} are needed`,
  };
};

const checkPython = async (): Promise<Finding> => {
  const { command, version } = await findPython();
  const made = (await isPythonEnvironmentCurrent())
    ? 'its environment is made'
    : 'the first start makes its environment';
  return { state: 'ok', found: `${command} ${version.join('.')} with venv; ${made}` };
};

const checkEmulator = async (): Promise<Finding> => {
  const given = process.env['AWS_ENDPOINT_URL'];
  if (given !== undefined && given !== '') {
    const kind = await emulatorKindAt(given.replace(/\/$/, ''));
    return { state: 'ok', found: `AWS_ENDPOINT_URL is set, so ${kind} at ${given} is used` };
  }
  const running = await readEmulatorState();
  if (running !== undefined) return { state: 'ok', found: `running at ${running.endpoint} (process ${running.pid})` };
  return { state: 'ok', found: `not running; it would start on port ${await choosePort()}` };
};

const checkAwsCredentials = async (): Promise<Finding> => {
  const variables = ['AWS_ACCESS_KEY_ID', 'AWS_PROFILE', 'AWS_ROLE_ARN', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
  const set = variables.filter((name) => (process.env[name] ?? '') !== '');
  if (set.length > 0) return { state: 'ok', found: `${set.join(', ')} set` };
  for (const file of ['credentials', 'config']) {
    const path = join(homedir(), '.aws', file);
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return { state: 'ok', found: path };
  }
  return {
    state: 'hint',
    found: 'none; the local cloud needs none',
    fix: 'for a deployment to AWS: aws configure sso (or aws configure), then cdk bootstrap',
  };
};

/** Everything that `npm run doctor` looks at. */
export const machineChecks: readonly Check[] = [
  { name: 'system', run: async () => checkSystem(process.platform) },
  { name: 'Node', run: async () => checkNode(process.version) },
  { name: 'packages', run: () => checkInstalledPackages(projectRoot) },
  { name: 'Python', run: checkPython },
  {
    name: 'disk',
    run: async () => {
      const { bavail, bsize } = await statfs(projectRoot);
      return checkDisk(bavail * bsize);
    },
  },
  { name: 'emulator', run: checkEmulator },
  { name: 'AWS credentials', run: checkAwsCredentials },
];
