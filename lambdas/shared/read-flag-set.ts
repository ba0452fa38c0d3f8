import * as z from 'zod/mini';
import { type FlagSet, flagSet } from './flag-set.contract';
import { FlagSetError } from './flag-set.errors';
import { fieldIssues } from './issue-text';

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FlagSetError('the configuration is not JSON', { cause });
  }
};

/**
 * Reads a set of flags as it is deployed.
 * @throws FlagSetError naming each field that is wrong, and what was expected
 */
export const readFlagSet = (text: string): FlagSet => {
  const parsed = z.safeParse(flagSet, parseJson(text));
  if (parsed.success) return parsed.data;
  const faults = fieldIssues(parsed.error).map(
    ({ field, expected }) => `${field || 'the whole'}: expected ${expected}`,
  );
  throw new FlagSetError(`the configuration is no set of flags: ${faults.join('; ')}`);
};
