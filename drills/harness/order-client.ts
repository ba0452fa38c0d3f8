import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { storeFront } from '../../lambdas/gateway/store-front.contract';
import { deterministicId } from '../../lambdas/shared/deterministic-id';
import type { Cloud } from './deployed-system';

/** An order as a client asks for it. */
export interface OrderRequest {
  readonly customerId: string;
  readonly currency: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly paymentMethod: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The store's API answered something that a drill did not expect. */
export class OrderApiError extends Error {
  override readonly name = 'OrderApiError';
}

type Request = readonly [method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>];

interface Answer {
  readonly status: number;
  readonly text: string;
}

const TRIES = 4;
const PAUSE_MILLISECONDS = 1000;

const placed = z.object({ orderId: z.string() });

/** Where every order of a drill goes. */
export const shipTo = {
  recipient: 'Drill',
  street: 'Rua das Flores 10',
  city: 'São Paulo',
  postalCode: '01310-100',
  country: 'BR',
};

/** A client of the store's HTTP API. */
export class OrderClient {
  readonly #cloud: Cloud;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** The id that an order placed under this Idempotency-Key will have: known before it is placed, so that faults can wait for it. */
  orderIdFor(idempotencyKey: string): string {
    return deterministicId(storeFront, idempotencyKey);
  }

  /** @throws OrderApiError the order was not accepted */
  async place(idempotencyKey: string, order: OrderRequest): Promise<string> {
    const response = await this.#sendPatiently(
      'POST',
      '/v1/orders',
      { ...order, shipTo },
      { 'idempotency-key': idempotencyKey },
    );
    if (response.status !== 201)
      throw new OrderApiError(`POST /v1/orders answered ${response.status}: ${response.text}`);
    return placed.parse(JSON.parse(response.text)).orderId;
  }

  /** True when the cancellation was taken, false when it came too late. @throws OrderApiError any other answer */
  async cancel(orderId: string): Promise<boolean> {
    const response = await this.#sendPatiently('POST', `/v1/orders/${orderId}/cancel`);
    if (response.status !== 202 && response.status !== 409)
      throw new OrderApiError(`cancelling ${orderId} answered ${response.status}: ${response.text}`);
    return response.status === 202;
  }

  /** Repeats what failed technically: under the same key, so that it stays the same order. */
  async #sendPatiently(...request: Request): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#send(...request);
      if (answer.status < 500 || attempt === TRIES) return answer;
      await sleep(PAUSE_MILLISECONDS);
    }
  }

  async #send(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const authorization = `Bearer ${await this.#cloud.token()}`;
    const response = await fetch(`${this.#cloud.apiUrl}${path}`, {
      method,
      headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    return { status: response.status, text: await response.text() };
  }
}
