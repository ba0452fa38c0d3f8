import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { messageOf } from '../../local/message-of';
import type { Cloud } from '../harness/deployed-system';
import { shipTo } from '../harness/order-client';
import type { Random } from '../harness/random';
import { CURRENCY, type DrillCatalogue } from '../saga/drill-catalogue';
import { VERSION_HEADER } from './mutations';
import type { Operation } from './rollout';

/** One request of a client, and what came of it. */
export interface Attempt {
  readonly operation: Operation;
  /** Which of the versions that the drill has released has answered; absent when it was none of them. */
  readonly version?: string;
  /** Absent when there was no answer. */
  readonly status?: number;
  /** What should not have been answered, in one line; absent when all is well. */
  readonly fault?: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly milliseconds: number;
}

/** An order that was taken, and what it was asked for. */
export interface TakenOrder {
  readonly orderId: string;
  /** Milliseconds since the epoch. */
  readonly placedAt: number;
  readonly customerId: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

/** Clients at work. */
export interface MixedLoad {
  /** Every request so far, the earliest first. */
  readonly attempts: readonly Attempt[];
  /** Orders that were taken so far. */
  readonly taken: readonly TakenOrder[];
  /** Ids of those whose cancellation was taken. */
  readonly cancelled: ReadonlySet<string>;
  /** Lets each client bring its request to an end, and waits for that. */
  stop(): Promise<void>;
}

const PATIENCE_MILLISECONDS = 15_000;
/** Between two requests of a client, on average. */
const PAUSE_MILLISECONDS = 600;

const order = z.object({ orderId: z.string() });
const view = z.object({
  orderId: z.string(),
  customerId: z.string(),
  lines: z.array(z.object({ sku: z.string(), quantity: z.number() })),
});

interface Asked {
  readonly operation: Operation;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is wrong with an answer. */
  readonly faultIn: (status: number, body: unknown) => string | undefined;
}

const expecting =
  (...statuses: readonly number[]) =>
  (status: number): string | undefined =>
    statuses.includes(status) ? undefined : `answered ${status}, expected ${statuses.join(' or ')}`;

/**
 * Places orders, reads them, asks for some that nobody has, and now and then cancels one: each client one request after the other.
 * Of a hundred requests 1 places an order to cancel it soon, 9 place one, 20 ask for what nobody sells, 60 read an order, 10 one that is not there.
 */
export const startMixedLoad = (
  cloud: Cloud,
  { random, catalogue, clients }: { random: Random; catalogue: DrillCatalogue; clients: number },
): MixedLoad => {
  const attempts: Attempt[] = [];
  const taken: TakenOrder[] = [];
  const cancelled = new Set<string>();
  const end = new AbortController();

  const ask = async ({ operation, method, path, body, headers, faultIn }: Asked): Promise<unknown> => {
    const at = Date.now();
    const note = (outcome: Partial<Attempt>) =>
      attempts.push({ operation, at, milliseconds: Date.now() - at, ...outcome });
    try {
      const authorization = `Bearer ${await cloud.token()}`;
      const response = await fetch(`${cloud.apiUrl}${path}`, {
        method,
        headers: { authorization, ...(body && { 'content-type': 'application/json' }), ...headers },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
      });
      const text = await response.text();
      const answer: unknown = text === '' ? undefined : JSON.parse(text);
      const { status } = response;
      const version = response.headers.get(VERSION_HEADER) ?? undefined;
      const fault = status >= 500 ? `failed with ${status}: ${text.slice(0, 200)}` : faultIn(status, answer);
      note({ status, ...(version !== undefined && { version }), ...(fault !== undefined && { fault }) });
      return fault === undefined ? answer : undefined;
    } catch (error) {
      // No answer is a failed request, whatever the reason; it is counted, and the client goes on.
      note({ fault: `no answer: ${messageOf(error)}` });
      return undefined;
    }
  };

  const place = async (own: Random): Promise<TakenOrder | undefined> => {
    const customerId = own.uuid();
    const lines = own
      .shuffle(catalogue.plentiful)
      .slice(0, own.integer(1, 3))
      .map((sku) => ({ sku, quantity: own.integer(1, 2) }));
    const answer = await ask({
      ...{ operation: 'placeOrder', method: 'POST', path: '/v1/orders', headers: { 'idempotency-key': own.uuid() } },
      body: { customerId, currency: CURRENCY, lines, paymentMethod: 'pm_card', shipTo },
      faultIn: expecting(201),
    });
    if (answer === undefined) return undefined;
    const one = { orderId: order.parse(answer).orderId, placedAt: Date.now(), customerId, lines };
    taken.push(one);
    return one;
  };

  const placeUnsold = async (own: Random): Promise<void> => {
    const lines = [{ sku: 'NO-SUCH-SKU', quantity: 1 }];
    await ask({
      ...{ operation: 'placeOrder', method: 'POST', path: '/v1/orders', headers: { 'idempotency-key': own.uuid() } },
      body: { customerId: own.uuid(), currency: CURRENCY, lines, paymentMethod: 'pm_card', shipTo },
      faultIn: expecting(422),
    });
  };

  const read = async ({ orderId, customerId, lines }: TakenOrder): Promise<void> => {
    const faultIn = (status: number, body: unknown): string | undefined => {
      if (status !== 200) return `answered ${status}, expected 200`;
      const listOf = (some: TakenOrder['lines'] = []) =>
        some
          .map(({ sku, quantity }) => `${sku} ${quantity}`)
          .toSorted()
          .join();
      const { data } = view.safeParse(body);
      const isRight =
        data?.orderId === orderId && data.customerId === customerId && listOf(data.lines) === listOf(lines);
      return isRight ? undefined : `answered another order than was placed: ${JSON.stringify(body).slice(0, 200)}`;
    };
    await ask({ operation: 'readOrder', method: 'GET', path: `/v1/orders/${orderId}`, faultIn });
  };

  const readNobodys = async (own: Random): Promise<void> => {
    await ask({ operation: 'readOrder', method: 'GET', path: `/v1/orders/${own.uuid()}`, faultIn: expecting(404) });
  };

  const cancel = async ({ orderId }: TakenOrder): Promise<void> => {
    // Too late is an answer, too: it may be under way by then.
    const faultIn = (status: number): string | undefined => {
      if (status === 202) cancelled.add(orderId);
      return expecting(202, 409)(status);
    };
    await ask({ operation: 'cancelOrder', method: 'POST', path: `/v1/orders/${orderId}/cancel`, faultIn });
  };

  const work = async (own: Random): Promise<void> => {
    while (!end.signal.aborted) {
      const drawn = own.integer(1, 100);
      const known = taken.length === 0 ? undefined : own.pick(taken);
      if (drawn <= 1) await place(own).then((one) => one && cancel(one));
      else if (drawn <= 10 || known === undefined) await place(own);
      else if (drawn <= 30) await placeUnsold(own);
      else if (drawn <= 90) await read(known);
      else await readNobodys(own);
      const pause = own.integer(PAUSE_MILLISECONDS / 2, (PAUSE_MILLISECONDS * 3) / 2);
      await sleep(pause, undefined, { signal: end.signal }).catch(() => undefined);
    }
  };

  const working = Array.from({ length: clients }, (_, index) => work(random.fork(`client ${index}`)));
  return {
    attempts,
    taken,
    cancelled,
    stop: async () => {
      end.abort();
      await Promise.all(working);
    },
  };
};
