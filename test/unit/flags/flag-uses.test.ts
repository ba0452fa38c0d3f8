import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flagUses } from '../../../lambdas/flags/flag-uses.contract';
import { flagUseFaults } from '../../../lambdas/shared/flag-use.contract';
import { flagSetOf, parseFlagsFile } from '../../../lib/app/flags-file';
import { stageNames } from '../../../lib/app/stage-config';

const root = join(__dirname, '../../..');
const file = parseFlagsFile(readFileSync(join(root, 'config/flags.json'), 'utf8'), 'config/flags.json');

test.each(stageNames)('config/flags.json has every flag that code reads, of its type, in stage %s', (stage) => {
  expect(flagUseFaults(flagSetOf(file, stage), flagUses)).toEqual([]);
});

test('every flag that a context declares is in the one list of what code reads', () => {
  const declared = globSync('lambdas/**/*.ts', { cwd: root }).flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return [...text.matchAll(/: FlagUse<\w+> = \{\s*key: '([^']+)'/g)].map(([, key = '']) => key);
  });

  expect(declared.sort()).toEqual(flagUses.map(({ key }) => key).sort());
});

test('a flag is at its default in code until somebody changes it: the two are the same', () => {
  for (const { key, default: byDefault } of flagUses) {
    const flag = file[key];
    expect({ key, value: flag?.variants[flag.default] }).toEqual({ key, value: byDefault });
  }
});
