import type { FlagUse, FlagValue } from '../../../lambdas/shared/flag-use.contract';
import type { FlagsFile } from '../../../lib/app/flags-file';
import { boundKeywords } from '../bound-keywords';
import { asked, type Check, type Finding } from '../check';
import { type OpenApiDocument, valueAt } from '../openapi-document';
import { flagsPath } from './flags-of-code';

type Rule = (value: FlagValue, bound: unknown) => boolean;

/** Keywords of a schema that may bound a flag's value. */
const keywords = [...Object.keys(boundKeywords), 'enum'];

const ruleOf = (keyword: string): Rule | undefined => {
  if (keyword === 'enum') return (value, bound) => Array.isArray(bound) && bound.includes(value);
  const isWithin = boundKeywords[keyword];
  return isWithin && ((value, bound) => isWithin(Number(value), bound));
};

const faultsOf = (flags: FlagsFile, api: OpenApiDocument, { key, boundedBy }: FlagUse): readonly Finding[] => {
  const flag = flags[key];
  if (boundedBy === undefined || flag === undefined) return [];
  const keyword = boundedBy.split('/').at(-1) ?? '';
  const [rule, bound] = [ruleOf(keyword), valueAt(api, boundedBy)];
  if (rule === undefined || bound === undefined) {
    const expected = `a place in the contract that ends in one of ${keywords.join(', ')}`;
    return [
      {
        what: `${key} is bounded by ${boundedBy}, where there is nothing; expected ${expected}`,
        where: `the use of ${key}: boundedBy`,
        fix: 'name the place that the value may not go beyond',
      },
    ];
  }
  return Object.entries<FlagValue>(flag.variants)
    .filter(([, value]) => !rule(value, bound))
    .map(([variant, value]) => ({
      what: `variant ${variant} of ${key} is ${JSON.stringify(value)}; the contract promises ${keyword} ${JSON.stringify(bound)}`,
      where: `${flagsPath}: ${key}.variants.${variant}`,
      fix: `choose a value within ${boundedBy}, or widen the contract in a release before`,
    }));
};

/** Whether no variant of a flag makes code break what the contract promises. */
export const flagBounds: Check = {
  pair: 'flags × contracts',
  claim: 'every variant of a flag is within what the contract promises',
  ask: ({ candidate: { flags, flagUses, api } }) => asked(flagUses.flatMap((use) => faultsOf(flags, api, use))),
};
