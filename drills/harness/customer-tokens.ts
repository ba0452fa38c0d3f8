import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type SubjectTokens, subjectToken } from '../../lambdas/shared/subject-tokens';
import { clientConfig, type Place } from '../../local/deployment/aws-clients';

/** What customers are called in a deployed stage, for an administrator of the whole account; the secret is asked for once. */
export const customerTokens = (cloud: Place, secretName: string): SubjectTokens => {
  let known: Promise<string> | undefined;
  const read = async (): Promise<string> => {
    const secrets = new SecretsManagerClient(clientConfig(cloud));
    const { SecretString: text = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: secretName }));
    return text;
  };
  return async (customerId) => subjectToken(await (known ??= read()), customerId);
};
