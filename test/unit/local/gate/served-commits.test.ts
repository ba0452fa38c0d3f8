import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GateError } from '../../../../local/gate/gate.errors';
import { GitRepository } from '../../../../local/gate/git-revision';
import { servedCommits } from '../../../../local/gate/served-commits';
import { InMemoryTrainLog } from '../release/in-memory-train';

let folder = '';
let [first, second, third] = ['', '', ''];
const git = (...words: readonly string[]): string =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=test', '-c', 'user.email=test@example.com', ...words], {
    encoding: 'utf8',
  }).trim();
const commit = (message: string): string => {
  git('commit', '--quiet', '--allow-empty', '--message', message);
  return git('rev-parse', 'HEAD');
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'served-commits-'));
  git('init', '--quiet');
  [first, second, third] = [commit('first'), commit('second'), commit('third')];
});
afterAll(() => rmSync(folder, { recursive: true }));

const short = (id: string): string => id.slice(0, 7);
/** A stage of two waves, `us` and `sa`, with what a train has recorded of them. */
const serving = async (revisions: { readonly [wave: string]: string }, onItsWay?: string) => {
  const log = new InMemoryTrainLog();
  for (const [wave, revision] of Object.entries(revisions))
    await log.record(wave, { digest: 'd', revision, deployedAt: '10:00' });
  if (onItsWay !== undefined)
    await log.begin({ id: 'one', by: 'ana', startedAt: '10:00', revision: onItsWay, despite: [] });
  const { commits, remarks } = await servedCommits(new GitRepository(folder), { log, waves: ['us', 'sa'] });
  return { commits: commits.known ? commits.value.map(({ name }) => name) : commits.because, remarks };
};

test('a stage serves the commit that its train has brought to all regions', async () => {
  expect(await serving({ foundation: third, us: first, sa: first })).toEqual({
    commits: [`${short(first)} (in us, in sa)`],
    remarks: [],
  });
});

test('a stage whose train stands serves a commit a wave', async () => {
  const { commits } = await serving({ us: second, sa: first });
  expect(commits).toEqual([`${short(second)} (in us)`, `${short(first)} (in sa)`]);
});

test('what a train is bringing is served by the time the next one begins', async () => {
  const { commits } = await serving({ us: first, sa: first }, second);
  expect(commits).toEqual([`${short(first)} (in us, in sa)`, `${short(second)} (on its way)`]);
});

test('a wave that is no more serves nothing', async () => {
  const { commits } = await serving({ us: second, sa: second, 'us+sa': first });
  expect(commits).toEqual([`${short(second)} (in us, in sa)`]);
});

test('changes that the commit does not have are said', async () => {
  expect(await serving({ us: `${first}-dirty`, sa: first })).toEqual({
    commits: [`${short(first)} (in us, in sa)`],
    remarks: [`in us: deployed with changes that ${short(first)} does not have, which are not held against it`],
  });
});

test('what cannot be used is said, and the rest is', async () => {
  const { remarks } = await serving({ sa: 'unknown' }, first);
  expect(remarks).toEqual([
    'us: no train has recorded which commit it has',
    'in sa: the train has recorded "unknown", which is no commit',
  ]);
});

test('a commit that this clone does not have opens nothing', async () => {
  const gone = 'f'.repeat(40);

  await expect(serving({ us: gone, sa: first })).rejects.toThrow(GateError);
  await expect(serving({ us: gone, sa: first })).rejects.toThrow(
    `in us: commit ${gone} is not in this clone, and the release cannot be held against it; git fetch (--unshallow), or --against <commit>`,
  );
});

test('without any recorded commit it is the likely one, and which and why is said', async () => {
  const { commits, remarks } = await serving({ us: 'unknown' });

  expect(commits).toEqual([`HEAD~1 (${short(second)})`]);
  expect(remarks).toEqual([
    'sa: no train has recorded which commit it has',
    'in us: the train has recorded "unknown", which is no commit',
    `HEAD~1 (${short(second)}) is taken for what is served; --against names another commit`,
  ]);
});

test('without a stage it is the likely commit, without a word', async () => {
  const { commits, remarks } = await servedCommits(new GitRepository(folder));
  expect(commits).toEqual({ known: true, value: [{ id: second, name: `HEAD~1 (${short(second)})` }] });
  expect(remarks).toEqual([]);
});

test('a log that cannot be read opens nothing', async () => {
  const log = new InMemoryTrainLog();
  log.waves = async () => {
    throw new Error('access denied');
  };
  const asking = servedCommits(new GitRepository(folder), { log, waves: ['us'] });
  await expect(asking).rejects.toThrow(GateError);
  await expect(asking).rejects.toThrow('the log of the train cannot be read: access denied');
});
