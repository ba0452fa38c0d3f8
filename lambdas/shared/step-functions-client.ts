import { SFNClient } from '@aws-sdk/client-sfn';
import { clientDefaults } from './client-defaults';

let made: SFNClient | undefined;

/** The process's Step Functions client; made at the first call. */
export const stepFunctions = (): SFNClient => {
  made ??= new SFNClient(clientDefaults);
  return made;
};
