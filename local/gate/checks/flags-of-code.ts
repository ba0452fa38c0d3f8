import { type FlagUse, flagUseFaults } from '../../../lambdas/shared/flag-use.contract';
import { type FlagsFile, flagSetOf } from '../../../lib/app/flags-file';
import { asked, type Check, type Finding } from '../check';
import type { Release } from '../release';

/** Where all flags are. */
export const flagsPath = 'config/flags.json';

/** Faults of a flag as some code reads it; existence and type are the same in every stage. */
export const faultsOfUse = (flags: FlagsFile, use: FlagUse): readonly string[] =>
  flagUseFaults(flagSetOf(flags, 'local'), [use]);

const otherDefault = (flags: FlagsFile, { key, default: byDefault }: FlagUse): readonly Finding[] => {
  const flag = flags[key];
  if (flag === undefined || flag.type !== typeof byDefault || flag.variants[flag.default] === byDefault) return [];
  const value = JSON.stringify(flag.variants[flag.default]);
  return [
    {
      what: `${key} is ${value} by default; expected ${JSON.stringify(byDefault)}, as which code reads it until it has heard of a configuration`,
      where: `${flagsPath}: ${key}.default`,
      fix: 'give the flag and the use of it the same default; "stages" says who gets something else',
    },
  ];
};

const faultsOf = (flags: FlagsFile, use: FlagUse): readonly Finding[] => {
  const faults = faultsOfUse(flags, use).map((what) => ({
    what,
    where: `${flagsPath}: ${use.key}`,
    fix: 'add the flag as code reads it, or take its use out of the code',
  }));
  return [...faults, ...otherDefault(flags, use)];
};

const unread = ({ candidate: { flags, flagUses }, served }: Release): readonly Finding[] => {
  const before = served.known && served.value.flagUses.known ? served.value.flagUses.value : [];
  const read = new Set([...flagUses, ...before].map(({ key }) => key));
  return Object.keys(flags)
    .filter((key) => !read.has(key))
    .map((key) => ({
      what: `${key} is read by no code, neither the candidate's nor what is served`,
      where: `${flagsPath}: ${key}`,
      fix: 'remove it; "npm run flags -- stale" lists what else is left over',
      isWarning: true,
    }));
};

/** Flags as the candidate reads them. */
export const flagsOfCode: Check = {
  pair: 'code × flags',
  claim: 'every flag that the candidate reads is there, of its type and with its default',
  ask: (release) => {
    const { flags, flagUses } = release.candidate;
    return asked([...flagUses.flatMap((use) => faultsOf(flags, use)), ...unread(release)]);
  },
};
