import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GitRepository } from '../../../../local/gate/git-revision';

let folder = '';
const git = (...words: readonly string[]): string =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=test', '-c', 'user.email=test@example.com', ...words], {
    encoding: 'utf8',
  }).trim();
const commit = (text: string): string => {
  writeFileSync(join(folder, 'code.ts'), text);
  git('add', '--all');
  git('commit', '--quiet', '--message', text);
  return git('rev-parse', 'HEAD');
};
const edit = (): void => writeFileSync(join(folder, 'code.ts'), 'edited');
const lastReleased = async (): Promise<string> => {
  const found = await new GitRepository(folder).lastReleased();
  return found.known ? found.value.id : found.because;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gate-git-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('knows of nothing served where there is no history', async () => {
  expect(await lastReleased()).toBe('there is no history of git here, and --against names no commit');
});

it('holds what is not committed yet against the last commit, and a commit against the one before it', async () => {
  git('init', '--quiet');
  const first = commit('first');
  expect(await lastReleased()).toBe('there is no commit before this one, and --against names none');
  const second = commit('second');

  expect(await lastReleased()).toBe(first);
  edit();
  expect(await lastReleased()).toBe(second);
});

it('prefers the last tag, and then the main branch as others have it', async () => {
  git('init', '--quiet');
  const [released, merged] = [commit('first'), commit('second')];
  commit('third');
  git('update-ref', 'refs/remotes/origin/main', merged);

  expect(await lastReleased()).toBe(merged);
  git('tag', 'v1', released);
  expect(await lastReleased()).toBe(released);
});

it('gives the files of a commit as they were, and leaves the working tree and no folder behind', async () => {
  git('init', '--quiet');
  const id = commit('first');
  edit();
  let where = '';

  const files = await new GitRepository(folder).withFilesOf({ name: 'HEAD', id }, async (there) => {
    where = there;
    return readdirSync(there);
  });

  expect(files).toContain('code.ts');
  expect(git('status', '--porcelain')).toBe('M code.ts');
  expect(() => readdirSync(where)).toThrow(/ENOENT/);
});

it('knows commits by any name, and none by a name that nothing has', async () => {
  git('init', '--quiet');
  const id = commit('first');
  git('tag', 'v1');

  expect(await new GitRepository(folder).find('v1')).toEqual({ name: `v1 (${id.slice(0, 7)})`, id });
  expect(await new GitRepository(folder).find('--output=x')).toBeUndefined();
});
