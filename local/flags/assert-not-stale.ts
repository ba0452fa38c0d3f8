import { isDeepStrictEqual } from 'node:util';
import type { FlagSet } from '../../lambdas/shared/flag-set.contract';
import { readFlagSet } from '../../lambdas/shared/read-flag-set';
import { messageOf } from '../message-of';
import { FlagRefusalError } from './flags.errors';
import type { KnownRegion } from './known-region';
import type { RegionState } from './region-flags.port';
import { whoGetsWhat } from './who-gets-what';

/** The flags of a stage before an edit of the file and after it; the same when nothing is edited. */
export interface EditedFlags {
  readonly before: FlagSet;
  readonly after: FlagSet;
}

type ServedFlag = FlagSet['flags'][string];

const differenceOf = (key: string, served: ServedFlag, known: ServedFlag | undefined): string => {
  if (known === undefined) return `serves ${key} as ${whoGetsWhat(served)}, the file has none`;
  const isDefinedAlike = isDeepStrictEqual(served.variants, known.variants);
  const text = (flag: ServedFlag) =>
    isDefinedAlike ? whoGetsWhat(flag) : `${whoGetsWhat(flag)} of ${JSON.stringify(flag.variants)}`;
  return `serves ${key} as ${text(served)}, the file has ${text(known)}`;
};

/** Flags that are served and were in the file neither before nor after. One that only the file has is new, and undoes nothing. */
const foreignTo = ({ before, after }: EditedFlags, served: FlagSet): readonly string[] =>
  Object.entries(served.flags).flatMap(([key, flag]) => {
    const known = before.flags[key];
    if (isDeepStrictEqual(flag, known) || isDeepStrictEqual(flag, after.flags[key])) return [];
    return [differenceOf(key, flag, known)];
  });

const foreignIn = (edited: EditedFlags, text: string): readonly string[] => {
  let served: FlagSet;
  try {
    served = readFlagSet(text);
  } catch (error) {
    // Of a form that newer code has brought, most likely: then this clone is behind all the more.
    return [`serves flags that this clone cannot read: ${messageOf(error)}`];
  }
  return foreignTo(edited, served);
};

const foreignInRegion = (edited: EditedFlags, { deployed, underWay }: RegionState): readonly string[] => {
  if (deployed === undefined) return [];
  // A deployment that goes on from what the file had, or to it, is this clone's own.
  if (underWay !== undefined && foreignIn(edited, underWay.text).length === 0) return [];
  return foreignIn(edited, deployed);
};

/**
 * The whole file is deployed, so a file that is older than what a region serves would undo what somebody else has changed.
 * @throws FlagRefusalError naming each such flag and region, with what it serves and what the file has
 */
export const assertNotStale = (regions: readonly KnownRegion[], edited: EditedFlags): void => {
  const foreign = regions.flatMap(({ flags, state }) =>
    foreignInRegion(edited, state).map((difference) => `  ${flags.region} ${difference}`),
  );
  if (foreign.length === 0) return;
  const names = regions.map(({ flags }) => flags.region).join(', ');
  throw new FlagRefusalError(
    `nothing was deployed, as it would undo what regions serve:\n${foreign.join('\n')}\n` +
      'pull the newest config/flags.json, or add --overwrite if it is the newest, ' +
      `for example because ${regions.length === 1 ? names : 'a region'} was away: then what it says holds in ${names}`,
  );
};
