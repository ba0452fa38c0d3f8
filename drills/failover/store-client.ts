import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { lookUp } from '../../local/regions/dns/dns-client';

/** Where a client is: what DNS is told of its network. */
export interface ClientPlace {
  readonly continent: string;
  /** It never asks DNS again once it knows an address, as there are some in the world. @default false */
  readonly keepsAddress?: boolean;
  /** For example `192.0.2.0/24`; where networks are is in `local/regions/dns/client-networks.json`. */
  readonly subnet: string;
}

/** What clients find when they look for the store. */
export interface ClientWorld {
  readonly dns: { readonly address: string; readonly port: number };
  /** The name that clients know. */
  readonly host: string;
  /** Servers by the addresses that DNS answers. */
  readonly servers: ReadonlyMap<string, { readonly region: string; readonly url: string }>;
  /** Tokens by the region that has issued them. */
  readonly tokens: ReadonlyMap<string, string>;
  /** By how much the time of DNS answers is shorter than they say, as health checks are faster. */
  readonly factor: number;
}

/** One request of a client, and what came of it. */
export interface Attempt {
  readonly continent: string;
  /** The region that DNS sent it to. */
  readonly region: string;
  readonly what: 'place' | 'read';
  /** `failed`: no answer, or one that says to try again. */
  readonly outcome: 'answered' | 'failed';
  readonly status: number | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly milliseconds: number;
}

/** What the store has answered. */
export interface Answer {
  readonly status: number;
  readonly region: string;
  readonly body: unknown;
}

/** The store was not reached in time. */
export class StoreOutOfReachError extends Error {
  override readonly name = 'StoreOutOfReachError';
}

/** How long a client waits for an answer, in milliseconds. */
export const CLIENT_PATIENCE = 3_000;
const PAUSE_MILLISECONDS = 500;

interface Request {
  readonly what: Attempt['what'];
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const order = z.object({ orderId: z.string() });

/**
 * A client of the store as those in the world are: it asks DNS where the store is, believes the answer for its time to live, and repeats
 * what was not answered, under the same key.
 */
export class StoreClient {
  #known: { readonly address: string; readonly until: number } | undefined;

  constructor(
    private readonly place: ClientPlace,
    private readonly world: ClientWorld,
    private readonly note: (attempt: Attempt) => void,
  ) {}

  get continent(): string {
    return this.place.continent;
  }

  /**
   * Places an order and answers its id and the region that took it.
   * @param deadline until when it is tried, in milliseconds since the epoch
   * @throws StoreOutOfReachError nobody took it in time, or it was refused
   */
  async placeOrder(key: string, body: object, deadline: number): Promise<{ orderId: string; region: string }> {
    const headers = { 'idempotency-key': key, 'content-type': 'application/json' };
    const request = { what: 'place', method: 'POST', path: '/v1/orders', headers, body: JSON.stringify(body) } as const;
    const { status, region, body: answer } = await this.ask(request, deadline);
    if (status !== 201) throw new StoreOutOfReachError(`${region} answered ${status}: ${JSON.stringify(answer)}`);
    return { orderId: order.parse(answer).orderId, region };
  }

  /** Asks for an order once. @throws StoreOutOfReachError nobody answered in time */
  async readOrder(orderId: string, deadline: number): Promise<Answer> {
    return this.ask({ what: 'read', method: 'GET', path: `/v1/orders/${orderId}` }, deadline);
  }

  private async ask(request: Request, deadline: number): Promise<Answer> {
    for (;;) {
      const answer = await this.try(request);
      if (answer !== undefined) return answer;
      if (Date.now() > deadline)
        throw new StoreOutOfReachError(`${request.what}: no answer to a client in ${this.continent}`);
      await sleep(PAUSE_MILLISECONDS);
    }
  }

  private async try({ what, method, path, headers, body }: Request): Promise<Answer | undefined> {
    const { servers, tokens, host } = this.world;
    const server = servers.get(await this.resolve());
    if (server === undefined) return undefined;
    const { region, url } = server;
    const at = Date.now();
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { ...headers, authorization: `Bearer ${tokens.get(region)}`, 'x-forwarded-host': host },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(CLIENT_PATIENCE),
    })
      .then(async (response) => ({ status: response.status, text: await response.text() }))
      // Also when the rest of an answer does not come.
      .catch(() => undefined);
    const isAnswered = answer !== undefined && answer.status < 500 && answer.status !== 429;
    const { continent } = this.place;
    const outcome = isAnswered ? 'answered' : 'failed';
    this.note({ continent, region, what, outcome, status: answer?.status, at, milliseconds: Date.now() - at });
    return isAnswered ? { status: answer.status, region, body: JSON.parse(answer.text) } : undefined;
  }

  /** The address of the store; a name server that does not answer leaves what was known. */
  private async resolve(): Promise<string> {
    const { dns, host, factor } = this.world;
    const now = Date.now();
    const { keepsAddress = false } = this.place;
    if (this.#known !== undefined && (keepsAddress || now < this.#known.until)) return this.#known.address;
    const { answers } = await lookUp({ server: dns, name: host, subnet: this.place.subnet });
    const found = answers.find(({ type }) => type === 'A');
    if (found === undefined) return this.#known?.address ?? '';
    this.#known = { address: String(found.data), until: now + (found.ttl * 1000) / factor };
    return this.#known.address;
  }
}
