import { asked, type Check, notAsked } from '../check';
import { faultsOfUse, flagsPath } from './flags-of-code';

/** Flags as code reads them that is served until the candidate has all traffic, and again after a rollback. */
export const flagsOfServedCode: Check = {
  pair: 'code × flags',
  claim: 'every flag that served code reads stays, of its type',
  ask: ({ candidate, served }) => {
    if (!served.known) return notAsked(served.because);
    const { flagUses, name } = served.value;
    if (!flagUses.known) return notAsked(flagUses.because);
    // What the candidate reads in the same way is told of the candidate.
    const own = new Map(candidate.flagUses.map((use) => [use.key, use]));
    const gone = flagUses.value.filter(({ key, default: value }) => typeof own.get(key)?.default !== typeof value);
    return asked(
      gone.flatMap((use) =>
        faultsOfUse(candidate.flags, use).map((what) => ({
          what: `${what} in ${name}`,
          where: `${flagsPath}: ${use.key}`,
          fix: 'keep the flag until nothing is served that reads it: take it out in the release after this one',
        })),
      ),
    );
  },
};
