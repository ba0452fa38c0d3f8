import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRevision, revisionOfSources } from '../../../../local/release/source-revision';

let folder = '';
const git = (...words: readonly string[]): string =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=test', '-c', 'user.email=test@example.com', ...words], {
    encoding: 'utf8',
  }).trim();
const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'source-revision-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const committed = (): string => {
  git('init', '--quiet');
  write('.gitignore', 'settings.json');
  write('code.ts', 'one');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'one');
  return git('rev-parse', 'HEAD');
};

test('sources are called by their commit, whatever git ignores', async () => {
  const commit = committed();
  write('settings.json', '{}');

  expect(await revisionOfSources(folder)).toBe(commit);
  expect(parseRevision(await revisionOfSources(folder))).toEqual({ commit, isDirty: false });
});

test.each([
  ['a file is changed', 'code.ts'],
  ['there is a file more', 'more.ts'],
])('sources are dirty when %s', async (_, file) => {
  const commit = committed();
  write(file, 'two');

  expect(parseRevision(await revisionOfSources(folder))).toEqual({ commit, isDirty: true });
});

test('sources without a history, or without a commit, are unknown', async () => {
  expect(await revisionOfSources(folder)).toBe('unknown');
  git('init', '--quiet');
  expect(await revisionOfSources(folder)).toBe('unknown');
});

test.each(['unknown', 'main', ''])('no commit is read from "%s"', (revision) => {
  expect(parseRevision(revision)).toBeUndefined();
});

test('what earlier trains have written is read: the first twelve digits', () => {
  expect(parseRevision('843b59f0c1d2-dirty')).toEqual({ commit: '843b59f0c1d2', isDirty: true });
});
