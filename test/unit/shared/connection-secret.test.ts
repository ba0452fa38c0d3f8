import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { connectionSecret } from '../../../lambdas/shared/connection-secret';

const good = JSON.stringify({ url: 'https://payments.example.com/v1', apiKey: 'a-key-that-is-long-enough' });

/** A client that answers these values one after the other, and the last one for ever. */
const secretsWith = (...values: (string | undefined)[]) => {
  let reads = 0;
  const send = async () => {
    const SecretString = values[Math.min(reads, values.length - 1)];
    reads += 1;
    if (SecretString === 'unreachable') throw new Error('no connection');
    return { SecretString };
  };
  return { secrets: { send } as Partial<SecretsManagerClient> as SecretsManagerClient, reads: () => reads };
};

const sourceOf = (secrets: SecretsManagerClient) => {
  let seconds = 0;
  const clock = { now: () => new Date(seconds * 1000) };
  const connection = connectionSecret({ secrets, secretArn: 'arn:secret', clock });
  return { connection, wait: (more: number) => (seconds += more) };
};

describe('a connection kept in a secret', () => {
  it('is read once for calls at the same time, and again after five minutes', async () => {
    const { secrets, reads } = secretsWith(good);
    const { connection, wait } = sourceOf(secrets);

    expect(await Promise.all([connection(), connection()])).toEqual(Array(2).fill(JSON.parse(good)));
    wait(299);
    await connection();
    expect(reads()).toBe(1);
    wait(1);
    await connection();
    expect(reads()).toBe(2);
  });

  it('is read again after a read that failed', async () => {
    const { secrets } = secretsWith('unreachable', good);
    const { connection } = sourceOf(secrets);

    await expect(connection()).rejects.toThrow('no connection');
    expect(await connection()).toEqual(JSON.parse(good));
  });

  it.each([
    ['nothing', undefined],
    ['no JSON', 'hunter2'],
    ['no URL', '{"url": "payments", "apiKey": "hunter2-hunter2-hunter2"}'],
    ['a short key', '{"url": "https://payments.example.com", "apiKey": "hunter2"}'],
  ])('is refused when it holds %s, without saying what it holds', async (_, value) => {
    const { connection } = sourceOf(secretsWith(value).secrets);

    const failure = await connection().catch((error: unknown) => error);

    expect(failure).toMatchObject({ name: 'ConnectionSecretError' });
    expect(String(failure)).toContain('arn:secret');
    expect(String(failure)).not.toContain('hunter2');
    expect(failure).not.toHaveProperty('cause');
  });
});
