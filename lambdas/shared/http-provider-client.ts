import { ConstantBackoff, handleWhen, retry } from 'cockatiel';
import * as z from 'zod/mini';
import type { ConnectionSource } from './connection-secret';
import { ProviderRefusedError, ProviderUnavailableError } from './provider.errors';

/** How a service outside of AWS is called. */
export interface HttpProviderClientOptions {
  readonly connection: ConnectionSource;
  /** How long one try may take, its body included. */
  readonly timeoutMilliseconds: number;
}

/** One thing to be done, once. */
export interface ProviderCall {
  /** Appended to the connection's address; starts with a slash. */
  readonly path: string;
  /** The same key is the same thing, however often it is asked for. */
  readonly idempotencyKey: string;
  readonly body: { readonly [key: string]: unknown };
}

/** Answers of our providers are small; a large one is not theirs. */
const MAX_RESPONSE_BYTES = 64 * 1024;
const PAUSE_MILLISECONDS = 100;

const problemDocument = z.object({ type: z.optional(z.string()), detail: z.optional(z.string()) });

/** A failure that came at once, so that a second try costs the caller next to nothing. */
class QuickFailure extends ProviderUnavailableError {}

// Everything slower is left to the caller's own retry, which waits longer and survives this process.
const twice = retry(
  handleWhen((error) => error instanceof QuickFailure),
  { maxAttempts: 1, backoff: new ConstantBackoff(PAUSE_MILLISECONDS) },
);

const boundedText = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> | Iterable<Uint8Array> = response.body ?? [];
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_RESPONSE_BYTES)
      throw new ProviderUnavailableError(`answer is larger than ${MAX_RESPONSE_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Calls a service outside of AWS over HTTP, each thing under an idempotency key. */
export class HttpProviderClient {
  constructor(private readonly options: HttpProviderClientOptions) {}

  /**
   * Posts JSON and answers the JSON of a 2xx answer. A failure that came quickly (5xx, no connection) is tried once more.
   * @throws ProviderUnavailableError no answer in time, a 5xx, a 408, 425 or 429, or an answer that is not theirs
   * @throws ProviderRefusedError any other 4xx
   */
  post(call: ProviderCall): Promise<unknown> {
    return twice.execute(() => this.try(call));
  }

  private async try({ path, idempotencyKey, body }: ProviderCall): Promise<unknown> {
    const { url, apiKey } = await this.options.connection();
    const signal = AbortSignal.timeout(this.options.timeoutMilliseconds);
    const headers = {
      accept: 'application/json',
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/json',
      'idempotency-key': idempotencyKey,
    };
    const request = { method: 'POST', headers, body: JSON.stringify(body), redirect: 'error', signal } as const;
    try {
      const response = await fetch(`${url.replace(/\/+$/, '')}${path}`, request);
      return this.read(path, response.status, await boundedText(response));
    } catch (cause) {
      if (cause instanceof ProviderUnavailableError || cause instanceof ProviderRefusedError) throw cause;
      const { timeoutMilliseconds } = this.options;
      if (signal.aborted)
        throw new ProviderUnavailableError(`no answer to ${path} in ${timeoutMilliseconds} ms`, { cause });
      throw new QuickFailure(`no answer to ${path}`, { cause });
    }
  }

  private read(path: string, status: number, text: string): unknown {
    const answer = parseJson(text);
    if (status >= 500) throw new QuickFailure(`${path} answered with status ${status}`);
    if ([408, 425, 429].includes(status)) throw new ProviderUnavailableError(`${path} answered with status ${status}`);
    if (status >= 400) {
      const problem = problemDocument.safeParse(answer);
      throw new ProviderRefusedError(status, problem.data?.type, problem.data?.detail);
    }
    if (status >= 300 || answer === undefined)
      throw new ProviderUnavailableError(`${path} answered with status ${status} and no JSON that tells what was done`);
    return answer;
  }
}
