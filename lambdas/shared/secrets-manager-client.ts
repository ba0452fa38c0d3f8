import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientDefaults } from './client-defaults';

let made: SecretsManagerClient | undefined;

/** The process's Secrets Manager client; made at the first call. */
export const secretsManager = (): SecretsManagerClient => {
  made ??= new SecretsManagerClient(clientDefaults);
  return made;
};
