import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import type { Clock } from './clock.port';

/** How to reach a service outside of AWS. */
export interface Connection {
  /** Base address; paths are appended to it. */
  readonly url: string;
  /** Sent as a bearer token. */
  readonly apiKey: string;
}

/** Answers the connection as it is now; cheap to call before each request. */
export type ConnectionSource = () => Promise<Connection>;

/** The secret does not hold `{"url": "https://…", "apiKey": "…"}`. Says nothing of what it holds instead. */
export class ConnectionSecretError extends Error {
  override readonly name = 'ConnectionSecretError';
}

/** Where the connection is kept, and with what it is read. */
export interface ConnectionSecretOptions {
  readonly secrets: SecretsManagerClient;
  readonly secretArn: string;
  readonly clock: Clock;
  /** How long a value is used before it is read again: how long a rotation takes to arrive. @default 300 */
  readonly cacheSeconds?: number;
}

const connection = z.object({ url: z.url(), apiKey: z.string().check(z.minLength(16)) });

const parse = (secretArn: string, text: string | undefined): Connection => {
  try {
    return connection.parse(JSON.parse(text ?? ''));
  } catch {
    // Without a cause: parsers quote what they could not parse, and this is a secret.
    throw new ConnectionSecretError(
      `secret ${secretArn} is not JSON of the form {"url": "https://…", "apiKey": "at least 16 characters"}`,
    );
  }
};

/**
 * Reads a connection from Secrets Manager and keeps it for some minutes. A failed read is not kept.
 * @throws ConnectionSecretError on use, when the secret has another form
 */
export const connectionSecret = (options: ConnectionSecretOptions): ConnectionSource => {
  const { secrets, secretArn, clock, cacheSeconds = 300 } = options;
  let cached: { readonly value: Promise<Connection>; readonly until: number } | undefined;
  const read = async (): Promise<Connection> => {
    const { SecretString: text } = await secrets.send(new GetSecretValueCommand({ SecretId: secretArn }));
    return parse(secretArn, text);
  };
  return async () => {
    const now = clock.now().getTime();
    if (cached === undefined || cached.until <= now) cached = { value: read(), until: now + cacheSeconds * 1000 };
    const used = cached;
    try {
      return await used.value;
    } catch (error) {
      if (cached === used) cached = undefined;
      throw error;
    }
  };
};
