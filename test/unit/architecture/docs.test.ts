import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { gaps } from '../../../local/emulator/left-out';

const root = resolve(__dirname, '../../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const markdown = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).sort();

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}\s-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

const anchorsOf = (file: string): readonly string[] =>
  [...read(file).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

test.each(markdown)('every link of %s leads somewhere', (file) => {
  const links = [...read(file).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, target = '']) => target);

  const broken = links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? file : relative(root, resolve(root, dirname(file), path));
    return !existsSync(join(root, target)) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
  });

  expect(broken).toEqual([]);
});

test.each(markdown)('every npm script that %s names exists', (file) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...read(file).matchAll(/npm run ([\w:-]+)/g)].map(([, script = '']) => script);

  expect(named.filter((script) => !(script in scripts))).toEqual([]);
});

const entries = globSync('lib/**/*.ts', { cwd: root }).flatMap((file) =>
  [...read(file).matchAll(/['"]([a-z-]+\.md)#([a-z-]+)['"]/g)].map(([, page = '', anchor = '']) => ({ page, anchor })),
);

test('alarms name their runbooks', () => {
  expect(entries.length).toBeGreaterThan(5);
});

test.each(entries)(
  'the runbook $page has an entry $anchor that says what is so, how to look and what to do',
  ({ page, anchor }) => {
    const sections = read(join('docs/runbooks', page)).split(/^## /m).slice(1);
    const entry = sections.find((section) => anchorOf(section.split('\n')[0] ?? '') === anchor);

    for (const part of ['**Description.**', '**Investigation.**', '**Resolution.**']) expect(entry).toContain(part);
  },
);

test('every decision is in the list of decisions', () => {
  const listed = read('docs/adr/README.md');
  const pages = globSync('docs/adr/[0-9]*.md', { cwd: root }).map((file) => relative('docs/adr', file));

  expect(pages.filter((page) => !listed.includes(`(${page})`))).toEqual([]);
});

test('every context of the app has a page', () => {
  const contexts = globSync('lib/contexts/*', { cwd: root }).map((folder) => relative('lib/contexts', folder));
  // The user pool is described with the gateway, which is what it is for.
  const expected = contexts.filter((context) => context !== 'identity');

  expect(expected.filter((context) => !existsSync(join(root, 'docs/contexts', `${context}.md`)))).toEqual([]);
});

test('the README lists what the embedded emulator cannot do, as npm start prints it', () => {
  const readme = read('README.md');

  expect(gaps.ministack.map(({ what }) => what).filter((what) => !readme.includes(what))).toEqual([]);
});
