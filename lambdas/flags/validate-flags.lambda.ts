import { flagUses } from './flag-uses.contract';
import { validationRequest } from './validate-flags.contract';
import { validateFlags } from './validate-flags.use-case';

const validate = validateFlags({ uses: flagUses });

/** Called by AppConfig before each deployment; an error refuses it. */
export const handler = async (event: unknown): Promise<void> => validate(validationRequest.parse(event));
