import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requirementsFile } from '../../../local/python/python-environment';

const text = readFileSync(requirementsFile, 'utf8');
const requirements = text
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
const versionOf = (name: string): string | undefined =>
  requirements.map((line) => new RegExp(`^${name}==(\\S+)`).exec(line)?.[1]).find((version) => version !== undefined);

test.each(requirements)('%.40s… is pinned to a version and to the hashes of its files', (requirement) => {
  expect(requirement).toMatch(/^[a-z0-9-]+==\S+ /);
  expect(requirement).toMatch(/--hash=sha256:[0-9a-f]{64}/);
});

test('packages are fetched from wherever pip is configured to look', () => {
  expect(text).not.toMatch(/https?:|--index-url|--extra-index-url|--find-links/);
});

test('the launcher changes internals of exactly the release that is installed', () => {
  const launcher = readFileSync(join(__dirname, '../../../local/emulator/launch.py'), 'utf8');

  expect(/^MINISTACK_VERSION = "(.+)"$/m.exec(launcher)?.[1]).toBe(versionOf('ministack'));
});
