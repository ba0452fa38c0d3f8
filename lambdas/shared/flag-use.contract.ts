import type { FlagSet } from './flag-set.contract';

/** A kind of value that a flag may have. */
export type FlagValue = boolean | string | number;

/** A flag as code reads it: its key, and what holds until the first configuration was heard of. */
export interface FlagUse<Value extends FlagValue = FlagValue> {
  /** The same as in `config/flags.json`. */
  readonly key: string;
  /** Also says of what type the flag is. */
  readonly default: Value;
  /**
   * The place in the API's contract that bounds the flag's values, for example `#/components/schemas/Order/properties/lines/maxItems`.
   * @default none: the contract says nothing of them
   */
  readonly boundedBy?: string;
  /**
   * Versions of stored forms, by kind, that have to be written before anybody gets another value than the default, for example `{ order: 2 }`.
   * @default none: the flag may be changed in every phase
   */
  readonly needs?: { readonly [kind: string]: number };
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
