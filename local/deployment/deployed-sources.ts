import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { clientConfig, type Place } from './aws-clients';

// Kept in the emulator, so that it is forgotten together with the stacks when that is reset or started anew.
const SecretId = 'tenfold/local/deployed-sources';

/** Digest of the sources that the stacks on an emulator were made from; `undefined` when nothing is deployed there. */
export const readDeployedSources = async (place: Place): Promise<string | undefined> => {
  const secrets = new SecretsManagerClient(clientConfig(place));
  try {
    return (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};

/** Remembers what the stacks on an emulator are made from. */
export const writeDeployedSources = async (place: Place, digest: string): Promise<void> => {
  const secrets = new SecretsManagerClient(clientConfig(place));
  try {
    await secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: digest }));
  } catch (error) {
    if (!(error instanceof ResourceExistsException)) throw error;
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: digest }));
  }
};
