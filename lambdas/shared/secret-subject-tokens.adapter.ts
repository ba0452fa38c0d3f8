import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type SubjectTokens, subjectToken } from './subject-tokens';

/** The secret is not there, or too short to keep anybody from trying all. Says nothing of what it holds. */
export class SubjectTokenSecretError extends Error {
  override readonly name = 'SubjectTokenSecretError';
}

const SHORTEST_SECRET = 32;

/**
 * Tokens by a secret that is read once a process: it never changes, as no key would be found any more. A failed read is not kept.
 * @throws SubjectTokenSecretError on use, when the secret has another form
 */
export const secretSubjectTokens = (secrets: SecretsManagerClient, secretArn: string): SubjectTokens => {
  let known: Promise<string> | undefined;
  const read = async (): Promise<string> => {
    const { SecretString: text = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: secretArn }));
    if (text.length >= SHORTEST_SECRET) return text;
    throw new SubjectTokenSecretError(
      `secret ${secretArn} has ${text.length} characters, expected at least ${SHORTEST_SECRET}`,
    );
  };
  return async (customerId) => {
    known ??= read();
    const reading = known;
    try {
      return subjectToken(await reading, customerId);
    } catch (error) {
      if (known === reading) known = undefined;
      throw error;
    }
  };
};
