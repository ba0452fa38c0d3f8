import { FlagSetError } from '../shared/flag-set.errors';
import { type FlagUse, flagUseFaults } from '../shared/flag-use.contract';
import { readFlagSet } from '../shared/read-flag-set';
import type { ValidationRequest } from './validate-flags.contract';

/**
 * Whether a configuration may be deployed: it says what the schema of the profile cannot, that rules name variants which are there, and that
 * every flag that code reads is there and of its type.
 * @throws FlagSetError naming each field that is wrong; AppConfig then refuses the deployment
 */
export const validateFlags =
  ({ uses }: { readonly uses: readonly FlagUse[] }) =>
  ({ content }: ValidationRequest): void => {
    const faults = flagUseFaults(readFlagSet(Buffer.from(content, 'base64').toString('utf8')), uses);
    if (faults.length > 0) throw new FlagSetError(`the flags do not fit the code: ${faults.join('; ')}`);
  };
