import type { FlagUse } from '../../../../lambdas/shared/flag-use.contract';
import { type FlagsFile, flagSetOf, parseFlagsFile } from '../../../../lib/app/flags-file';
import { findingsTable, flagsTable } from '../../../../local/flags/show-flags';
import { staleFlags } from '../../../../local/flags/stale-flags';

const today = '2026-11-26';
const uses: readonly FlagUse[] = [{ key: 'express', default: false }];
const fileWith = (changes: object): FlagsFile =>
  parseFlagsFile(
    JSON.stringify({
      express: {
        description: 'Parcels that arrive tomorrow',
        owner: 'shipping',
        created: '2026-11-01',
        expires: '2026-12-24',
        type: 'boolean',
        variants: { on: true, off: false },
        default: 'off',
        stages: {},
        ...changes,
      },
    }),
    'flags.json',
  );

describe('the report of stale flags', () => {
  it('is empty for a flag that is young, read, and not at an end', () => {
    expect(
      staleFlags(fileWith({ stages: { prod: { rollout: { variant: 'on', percent: 99 } } } }), uses, today),
    ).toEqual([]);
    expect(findingsTable([])).toBe('no stale flags');
  });

  it.each([
    ['a flag past its day', { expires: '2026-11-25' }, uses, 'expired on 2026-11-25'],
    [
      'a flag that everybody has',
      { stages: { prod: { rollout: { variant: 'on', percent: 100 } } } },
      uses,
      'rolled out to everybody in prod',
    ],
    ['a flag that no code reads', {}, [], 'read by no function'],
    ['a flag that code reads and that is not there', {}, [...uses, { key: 'other', default: 1 }], 'other: not there'],
    [
      'a flag that code reads as another type',
      {},
      [{ key: 'express', default: 1 }],
      'got "boolean"; expected "number"',
    ],
  ])('has %s, with its owner', (_what, changes, read, finding) => {
    const findings = staleFlags(fileWith(changes), read, today);

    expect(findings).toEqual([expect.objectContaining({ finding: expect.stringContaining(finding) })]);
    expect(findingsTable(findings)).toContain(finding);
  });

  it('lets an operator’s switch be as old as it is', () => {
    expect(staleFlags(fileWith({ expires: 'never', created: '2020-01-01' }), uses, today)).toEqual([]);
  });
});

describe('the list of flags', () => {
  const file = fileWith({
    stages: { prod: { clients: { on: ['a'] }, rollout: { variant: 'on', percent: 10 } } },
  });

  it('says who gets what, and that every region has it so', () => {
    const table = flagsTable(file, 'prod', [{ region: 'one', flags: flagSetOf(file, 'prod') }]);

    expect(table).toContain('on (true) for a; on (true) for 10 %; off (false) for the others');
    expect(table).toContain('as it says');
  });

  it('names the regions that have it otherwise, or not at all', () => {
    const table = flagsTable(file, 'prod', [
      { region: 'one', flags: flagSetOf(fileWith({}), 'prod') },
      { region: 'two', flags: undefined },
    ]);

    expect(table).toContain('one has off (false); two has none');
  });

  it('names flags that a region serves and the file has not', () => {
    const table = flagsTable({}, 'prod', [
      { region: 'one', flags: flagSetOf(fileWith({}), 'prod') },
      { region: 'two', flags: undefined },
    ]);

    expect(table.split('\n')).toHaveLength(2);
    expect(table).toMatch(/express .*not in the file .*one has off \(false\)$/m);
  });

  it('names the deployments that are under way', () => {
    const table = flagsTable(file, 'prod', [{ region: 'one', flags: flagSetOf(file, 'prod'), underWay: 7 }]);

    expect(table).toContain('one: deployment 7 is under way');
  });
});
