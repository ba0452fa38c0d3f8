import type { FlagSet } from '../../lambdas/shared/flag-set.contract';
import { type FlagsFile, flagSetOf } from '../../lib/app/flags-file';
import type { StageName } from '../../lib/app/stage-config';
import { textTable } from '../terminal/text-table';
import type { FlagFinding } from './stale-flags';

/** What a region has; `undefined` when nothing was deployed to it. */
export interface RegionSet {
  readonly region: string;
  readonly flags: FlagSet | undefined;
}

const whoGetsWhat = ({ variants, state: { variant, clients = {}, rollout } }: FlagSet['flags'][string]): string => {
  const value = (name: string): string => `${name} (${JSON.stringify(variants[name])})`;
  const named = Object.entries(clients).map(([name, ids]) => `${value(name)} for ${ids.join(', ')}`);
  const drawn = rollout ? [`${value(rollout.variant)} for ${rollout.percent} %`] : [];
  return [...named, ...drawn, `${value(variant)}${named.length + drawn.length > 0 ? ' for the others' : ''}`].join(
    '; ',
  );
};

/** Every flag of a stage with who gets what, and the regions that have it otherwise. */
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
  return textTable([['FLAG', 'OWNER', 'UNTIL', `WHO GETS WHAT IN ${stage.toUpperCase()}`, 'IN THE REGIONS'], ...rows]);
};

/** What the stale report says. */
export const findingsTable = (findings: readonly FlagFinding[]): string =>
  findings.length === 0
    ? 'no stale flags'
    : textTable([['FLAG', 'OWNER', 'FINDING'], ...findings.map(({ flag, owner, finding }) => [flag, owner, finding])]);
