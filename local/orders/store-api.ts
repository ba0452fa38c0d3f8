import { z } from 'zod';

/** An order to place, as the API takes it. */
export interface OrderRequest {
  readonly customerId: string;
  readonly currency: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly paymentMethod: string;
  readonly shipTo: {
    readonly recipient: string;
    readonly street: string;
    readonly city: string;
    readonly postalCode: string;
    readonly country: string;
  };
}

const step = z.object({ step: z.string(), outcome: z.string(), at: z.string(), reason: z.string().optional() });

const order = z.object({
  orderId: z.string(),
  status: z.enum(['PENDING', 'CONFIRMED', 'REJECTED', 'CANCELLING', 'CANCELLED', 'PARKED']),
  reason: z.string().optional(),
  placedAt: z.string(),
  steps: z.array(step),
});

/** Something that has happened to an order. */
export type OrderStep = z.output<typeof step>;

/** An order as the API shows it; only what is shown here. */
export type OrderView = z.output<typeof order>;

/** The answer to placing an order. */
export interface PlacedOrder {
  readonly orderId: string;
  /** The whole answer, to be compared with that of a repeated request. */
  readonly answer: string;
  /** Whether the API says that this is the answer of an earlier request with the same key. */
  readonly replayed: boolean;
}

/** The API answered something else than it should. */
export class StoreApiError extends Error {
  override readonly name = 'StoreApiError';
}

/** The store's API, as a client with a token sees it. */
export interface StoreApi {
  /** @throws StoreApiError anything but 201 */
  place(request: OrderRequest, idempotencyKey: string): Promise<PlacedOrder>;
  /** @throws StoreApiError anything but 200 */
  read(orderId: string): Promise<OrderView>;
}

const placed = z.object({ orderId: z.string() });

/** The API at a base address such as `http://127.0.0.1:4600/restapis/…/_user_request_`. */
export const storeApi = (apiUrl: string, token: () => Promise<string>): StoreApi => {
  const call = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${await token()}`);
    return fetch(`${apiUrl}${path}`, { ...init, headers, signal: AbortSignal.timeout(30_000) });
  };
  const checked = async (response: Response, expected: number, what: string): Promise<string> => {
    const text = await response.text();
    if (response.status === expected) return text;
    throw new StoreApiError(`${what}: expected ${expected}, got ${response.status} ${text}`);
  };
  return {
    place: async (request, idempotencyKey) => {
      const response = await call('/v1/orders', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body: JSON.stringify(request),
      });
      const answer = await checked(response, 201, 'POST /v1/orders');
      const replayed = response.headers.get('idempotency-replayed') === 'true';
      return { orderId: placed.parse(JSON.parse(answer)).orderId, answer, replayed };
    },
    read: async (orderId) => {
      const response = await call(`/v1/orders/${orderId}`, { method: 'GET' });
      return order.parse(JSON.parse(await checked(response, 200, 'GET /v1/orders/{orderId}')));
    },
  };
};
