import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChecks } from '../../../local/checks/check';
import { checkInstalledPackages } from '../../../local/checks/installed-packages';
import { checkDisk, checkNode } from '../../../local/checks/machine-checks';
import { checkSystem } from '../../../local/checks/operating-system';
import { LocalCloudError } from '../../../local/local.errors';

test('functions have to run on Node 24', () => {
  expect(checkNode('v24.21.0').state).toBe('ok');
  expect(checkNode('v20.20.2')).toMatchObject({ state: 'missing', fix: expect.stringContaining('npm ci') });
});

test('Windows itself is not enough, Linux and macOS are', () => {
  expect(checkSystem('win32')).toMatchObject({ state: 'missing', fix: expect.stringContaining('WSL') });
  expect(['linux', 'darwin'].map((system) => checkSystem(system as NodeJS.Platform).state)).toEqual(['ok', 'ok']);
});

test('a full disk is found before it breaks something', () => {
  expect(checkDisk(9e9)).toEqual({ state: 'ok', found: '9.0 GB free' });
  expect(checkDisk(2e8)).toMatchObject({ state: 'missing', found: '0.2 GB free' });
});

test('what is missing is counted and comes with its fix; a hint is not counted', async () => {
  const lines: string[] = [];

  const { missing } = await runChecks(
    [
      { name: 'Node', run: async () => ({ state: 'ok', found: 'v24' }) },
      { name: 'AWS', run: async () => ({ state: 'hint', found: 'none', fix: 'aws configure' }) },
      { name: 'Python', run: () => Promise.reject(new LocalCloudError('there is none', 'install one')) },
    ],
    (line) => lines.push(line),
  );

  expect(missing).toBe(1);
  expect(lines).toEqual([
    '✔ Node: v24',
    '· AWS: none\n    fix: aws configure',
    '✖ Python: there is none\n    fix: install one',
  ]);
});

describe('installed packages', () => {
  const root = mkdtempSync(join(tmpdir(), 'tenfold-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const install = (name: string, version: string): void => {
    mkdirSync(join(root, 'node_modules', name), { recursive: true });
    writeFileSync(join(root, 'node_modules', name, 'package.json'), JSON.stringify({ name, version }));
  };

  test('what differs from package.json is named', async () => {
    const devDependencies = { zod: '4.6.7', typescript: 'npm:@typescript/typescript6@6.0.2', '@scope/part': '1.0.0' };
    writeFileSync(join(root, 'package.json'), JSON.stringify({ devDependencies }));
    install('zod', '4.6.6');
    install('typescript', '6.0.2');

    expect(await checkInstalledPackages(root)).toEqual({
      state: 'missing',
      found: 'zod is 4.6.6, wanted 4.6.7; @scope/part is not there, wanted 1.0.0',
      fix: 'npm ci',
    });

    install('zod', '4.6.7');
    install('@scope/part', '1.0.0');
    expect(await checkInstalledPackages(root)).toEqual({ state: 'ok', found: '3 packages as pinned' });
  });
});
