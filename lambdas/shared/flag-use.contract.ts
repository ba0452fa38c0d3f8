import type { FlagSet } from './flag-set.contract';

/** A kind of value that a flag may have. */
export type FlagValue = boolean | string | number;

/** A flag as code reads it: its key, and what holds until the first configuration was heard of. */
export interface FlagUse<Value extends FlagValue = FlagValue> {
  /** The same as in `config/flags.json`. */
  readonly key: string;
  /** Also says of what type the flag is. */
  readonly default: Value;
}

/** How a set of flags does not fit the code that reads it: a sentence for each flag that is missing or of another type. */
export const flagUseFaults = ({ flags }: FlagSet, uses: readonly FlagUse[]): readonly string[] =>
  uses.flatMap(({ key, default: byDefault }) => {
    const flag = flags[key];
    const wanted = typeof byDefault;
    if (flag === undefined) return [`${key}: not there; expected a flag of type ${wanted}, which code reads`];
    return flag.type === wanted
      ? []
      : [`${key}.type: got "${flag.type}"; expected "${wanted}", as which code reads it`];
  });
