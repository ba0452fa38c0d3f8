import { randomUUID } from 'node:crypto';
import type { OrderRequest, OrderView } from '../../local/orders/store-api';
import { eventually } from './eventually';

/** An answer of the API, whatever it is. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A problem document (RFC 9457) as the API writes it. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly { readonly field: string; readonly value?: unknown; readonly expected: string }[];
}

/** What `POST /v1/orders` answers. */
export interface PlacedOrder {
  readonly orderId: string;
  readonly status: 'PENDING';
  readonly placedAt: string;
  readonly totalMinor: number;
}

/** An order to place: that of the API, with the client's notes, which in the local stage may ask for faults. */
export type AskedOrder = OrderRequest & { readonly metadata?: Readonly<Record<string, string>> };

/** A request as it is sent, also one that no honest client would send. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes are sent without a content type of their own. */
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** The problem document of an answer that refuses. */
export const problemIn = ({ text }: HttpAnswer): ProblemDocument => JSON.parse(text) as ProblemDocument;

/** The order in the answer to placing it. */
export const placedIn = ({ text }: HttpAnswer): PlacedOrder => JSON.parse(text) as PlacedOrder;

/** The order in the answer to reading it. */
export const orderIn = ({ text }: HttpAnswer): OrderView => JSON.parse(text) as OrderView;

/** Names of what has happened to an order, in order: `reserve done`. */
export const stepsOf = ({ steps }: OrderView): readonly string[] =>
  steps.map(({ step, outcome }) => `${step} ${outcome}`);

/** Sends what it is told, with nothing added. */
export const sendTo = async (apiUrl: string, { method, path, headers = {}, body }: RawRequest): Promise<HttpAnswer> => {
  const signal = AbortSignal.timeout(60_000);
  const response = await fetch(`${apiUrl}${path}`, { method, headers, signal, ...(body !== undefined && { body }) });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

/** A client of the store's API with a token of its own. */
export class StoreClient {
  constructor(
    readonly apiUrl: string,
    private readonly token: () => Promise<string>,
  ) {}

  /** Sends a request with this client's token. */
  async send(request: RawRequest): Promise<HttpAnswer> {
    const headers = { authorization: `Bearer ${await this.token()}`, ...request.headers };
    return sendTo(this.apiUrl, { ...request, headers });
  }

  place(order: AskedOrder, idempotencyKey: string = randomUUID()): Promise<HttpAnswer> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey };
    return this.send({ method: 'POST', path: '/v1/orders', headers, body: JSON.stringify(order) });
  }

  /** Places an order that must be accepted. */
  async placed(order: AskedOrder, idempotencyKey?: string): Promise<PlacedOrder> {
    const answer = await this.place(order, idempotencyKey);
    expect(answer).toMatchObject({ status: 201 });
    return placedIn(answer);
  }

  read(orderId: string): Promise<HttpAnswer> {
    return this.send({ method: 'GET', path: `/v1/orders/${orderId}` });
  }

  cancel(orderId: string): Promise<HttpAnswer> {
    return this.send({ method: 'POST', path: `/v1/orders/${orderId}/cancel` });
  }

  /** The order, once it has the status and all of the steps: they are told by events, so the last may come after the status. */
  orderWith(orderId: string, status: OrderView['status'], steps: readonly string[] = []): Promise<OrderView> {
    return eventually(
      async () => orderIn(await this.read(orderId)),
      (order) => order.status === status && steps.every((step) => stepsOf(order).includes(step)),
    );
  }
}
