import type { FlagSet } from '../../lambdas/shared/flag-set.contract';
import { type FlagsFile, flagSetOf } from '../../lib/app/flags-file';
import type { StageName } from '../../lib/app/stage-config';
import { textTable } from '../terminal/text-table';
import type { FlagFinding } from './stale-flags';
import { whoGetsWhat } from './who-gets-what';

/** What a region has. */
export interface RegionSet {
  readonly region: string;
  /** `undefined` when nothing was deployed to it. */
  readonly flags: FlagSet | undefined;
  /** The deployment that is under way. @default none is */
  readonly underWay?: number;
}

/** Every flag of a stage with who gets what, and the regions that have it otherwise; then those that regions have and the file has not. */
export const flagsTable = (file: FlagsFile, stage: StageName, regions: readonly RegionSet[]): string => {
  const wanted = flagSetOf(file, stage);
  const rows = Object.entries(wanted.flags).map(([key, flag]) => {
    const differing = regions.filter(({ flags }) => JSON.stringify(flags?.flags[key]) !== JSON.stringify(flag));
    const said = differing.map(({ region, flags }) => {
      const there = flags?.flags[key];
      return `${region} has ${there === undefined ? 'none' : whoGetsWhat(there)}`;
    });
    const { owner, expires } = file[key] ?? { owner: '', expires: '' };
    return [key, owner, expires, whoGetsWhat(flag), said.join('; ') || 'as it says'];
  });
  const foreign = new Set(regions.flatMap(({ flags }) => Object.keys(flags?.flags ?? {})));
  for (const key of foreign) {
    if (Object.hasOwn(file, key)) continue;
    const said = regions.flatMap(({ region, flags }) => {
      const there = flags?.flags[key];
      return there === undefined ? [] : [`${region} has ${whoGetsWhat(there)}`];
    });
    rows.push([key, '', '', 'not in the file', said.join('; ')]);
  }
  const table = textTable([
    ['FLAG', 'OWNER', 'UNTIL', `WHO GETS WHAT IN ${stage.toUpperCase()}`, 'IN THE REGIONS'],
    ...rows,
  ]);
  const changing = regions.flatMap(({ region, underWay }) =>
    underWay === undefined ? [] : [`${region}: deployment ${underWay} is under way`],
  );
  return [table, ...changing].join('\n');
};

/** What the stale report says. */
export const findingsTable = (findings: readonly FlagFinding[]): string =>
  findings.length === 0
    ? 'no stale flags'
    : textTable([['FLAG', 'OWNER', 'FINDING'], ...findings.map(({ flag, owner, finding }) => [flag, owner, finding])]);
