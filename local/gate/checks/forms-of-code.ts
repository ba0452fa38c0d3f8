import { isDeepStrictEqual } from 'node:util';
import type { StoredExample, StoredForms } from '../../../lambdas/shared/stored-forms';
import { asked, type Check, type Finding } from '../check';
import { reasonOf } from '../reason';

/** Without what no store keeps, such as fields that are `undefined`. */
const asStored = (state: unknown): unknown => JSON.parse(JSON.stringify(state));

const wayBack = (
  { kind, history }: StoredForms<unknown>,
  { version, state }: StoredExample,
  number: number,
): string | undefined => {
  try {
    const newest = history.up(`${kind}/example`, state, version);
    const back = history.down(newest, version);
    if (isDeepStrictEqual(asStored(back), asStored(state))) return undefined;
    return `example ${number} of version ${version} does not come back as it was: it is read as version ${history.newest} and written as another thing`;
  } catch (error) {
    return `example ${number} of version ${version} cannot be read: ${reasonOf(error)}`;
  }
};

const faultsOf = (forms: StoredForms<unknown>): readonly Finding[] => {
  const { kind, newest, history, examples } = forms;
  const where = `the stored forms of ${kind}`;
  const versions = Array.from({ length: history.newest }, (_, index) => index + 1);
  const bare = versions.filter((version) => !examples.some((example) => example.version === version));
  return [
    ...(newest === history.newest
      ? []
      : [
          {
            what: `functions are deployed with version ${newest} as the newest; the code has ${history.newest}`,
            where,
            fix: 'say the same number in both places',
          },
        ]),
    ...bare.map((version) => ({
      what: `version ${version} has no example; expected one at least`,
      where: `${where}: examples`,
      fix: 'add an entity as that version stores it',
    })),
    ...examples.flatMap((example, index) => {
      const what = wayBack(forms, example, index + 1);
      const fix = 'make the downcaster undo the upcaster: served code of the version before reads what it writes';
      return what === undefined ? [] : [{ what, where: `${where}: version ${example.version}`, fix }];
    }),
  ];
};

/** Whether the code has a way up and a way down between all versions of each stored form. */
export const formsOfCode: Check = {
  pair: 'code × schema',
  claim: 'every stored version has an upcaster and a downcaster, and comes back as it was',
  ask: ({ candidate: { forms } }) =>
    asked(
      forms.known
        ? forms.value.flatMap(faultsOf)
        : [{ what: forms.because, where: 'lambdas/*/*.forms.ts', fix: 'make the stored forms whole' }],
    ),
};
