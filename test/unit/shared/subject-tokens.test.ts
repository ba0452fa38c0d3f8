import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretSubjectTokens } from '../../../lambdas/shared/secret-subject-tokens.adapter';
import { subjectToken } from '../../../lambdas/shared/subject-tokens';

const secret = 'a'.repeat(64);

const tokensOf = (...answers: readonly (string | Error)[]) => {
  let asked = 0;
  const send = async () => {
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    if (answer instanceof Error) throw answer;
    return { SecretString: answer };
  };
  const tokenOf = secretSubjectTokens({ send } as unknown as SecretsManagerClient, 'arn:aws:secretsmanager:tokens');
  return { tokenOf, asked: () => asked };
};

describe('the token of a customer', () => {
  it('is a UUID of version 8, the same at every time', () => {
    expect(subjectToken(secret, 'ada')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(subjectToken(secret, 'ada')).toBe(subjectToken(secret, 'ada'));
  });

  it('differs from customer to customer and from stage to stage', () => {
    const tokens = [subjectToken(secret, 'ada'), subjectToken(secret, 'bob'), subjectToken('b'.repeat(64), 'ada')];

    expect(new Set(tokens).size).toBe(3);
  });

  it('is made with a secret that is read once', async () => {
    const { tokenOf, asked } = tokensOf(secret);

    expect(await tokenOf('ada')).toBe(subjectToken(secret, 'ada'));
    await tokenOf('bob');
    expect(asked()).toBe(1);
  });

  it('is asked for again when the secret could not be read', async () => {
    const { tokenOf } = tokensOf(new Error('away'), secret);

    await expect(tokenOf('ada')).rejects.toThrow('away');
    expect(await tokenOf('ada')).toBe(subjectToken(secret, 'ada'));
  });

  it('is not made with a secret that could be guessed, which is not told either', async () => {
    const { tokenOf } = tokensOf('tooshort');

    await expect(tokenOf('ada')).rejects.toMatchObject({
      name: 'SubjectTokenSecretError',
      message: expect.not.stringContaining('tooshort'),
    });
  });
});
