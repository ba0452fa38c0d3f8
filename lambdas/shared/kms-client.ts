import { KMSClient } from '@aws-sdk/client-kms';
import { clientDefaults } from './client-defaults';

let made: KMSClient | undefined;

/** The process's KMS client; made at the first call. */
export const kms = (): KMSClient => {
  made ??= new KMSClient(clientDefaults);
  return made;
};
