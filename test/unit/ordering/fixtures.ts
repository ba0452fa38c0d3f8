import type { APIGatewayProxyEvent } from 'aws-lambda';
import { orderPlacedV1 } from '../../../contracts/avro/events';
import type { FailedExecutions } from '../../../lambdas/ordering/failed-executions.port';
import type { Order } from '../../../lambdas/ordering/order';
import type { OrderCase } from '../../../lambdas/ordering/order-case';
import type { OrderCases } from '../../../lambdas/ordering/order-cases.port';
import { decidePlacement, type Placement } from '../../../lambdas/ordering/order-placement';
import type { OrderSagas } from '../../../lambdas/ordering/order-sagas.port';
import type { PlaceOrderBody } from '../../../lambdas/ordering/place-order.contract';
import type { Price, PriceList } from '../../../lambdas/ordering/price-list.port';
import type { FailedExecution } from '../../../lambdas/ordering/recover-failed-saga.contract';
import type { SagaStart } from '../../../lambdas/ordering/saga-execution';
import type { ExecutionStatus, SagaExecutions } from '../../../lambdas/ordering/saga-executions.port';
import type { OrdersPage, UnfinishedOrders } from '../../../lambdas/ordering/unfinished-orders.port';
import { alwaysActive } from '../../../lambdas/shared/always-active-region-gate.adapter';
import type { Clock } from '../../../lambdas/shared/clock.port';
import { StaleEntityError } from '../../../lambdas/shared/entity-store.errors';
import type { Stored } from '../../../lambdas/shared/entity-store.port';
import type { Delivered } from '../../../lambdas/shared/envelope';
import {
  InMemoryContents,
  InMemoryEntityStore,
  type InMemoryEntityStoreOptions,
} from '../../../lambdas/shared/in-memory-entity-store.adapter';
import type { Log } from '../../../lambdas/shared/log.port';
import type { RegionGate } from '../../../lambdas/shared/region-gate.port';

/** A clock that moves one second each time it is read. */
export const tickingClock = (start = '2026-11-23T08:00:00.000Z'): Clock => {
  let at = Date.parse(start);
  return {
    now: () => {
      at += 1000;
      return new Date(at);
    },
  };
};

export const orderId = '7c1b4bb5-7f0c-5d0f-9b7e-2f7f6f0f6b11';
export const clientId = 'store-front';

export const body: PlaceOrderBody = {
  customerId: 'customer-42',
  currency: 'BRL',
  lines: [
    { sku: 'MUG-BLUE', quantity: 2 },
    { sku: 'TEE-L', quantity: 1 },
  ],
  paymentMethod: 'pm_card',
  shipTo: { recipient: 'Ada', street: 'Rua 1', city: 'São Paulo', postalCode: '01310-100', country: 'BR' },
};

export const catalogue: ReadonlyMap<string, Price> = new Map(
  [
    { sku: 'MUG-BLUE', currency: 'BRL', unitPriceMinor: 3990 },
    { sku: 'TEE-L', currency: 'BRL', unitPriceMinor: 7900 },
    { sku: 'PEN-USD', currency: 'USD', unitPriceMinor: 150 },
    { sku: 'GOLD-BAR', currency: 'BRL', unitPriceMinor: 9_000_000 },
    { sku: 'STICKER', currency: 'BRL', unitPriceMinor: 0 },
  ].map((price) => [price.sku, price]),
);

export const priceList: PriceList = { pricesOf: async () => catalogue };

/** What its client asked for. */
export const placement: Placement = { orderId, clientId, body, maximumLines: 50 };

/** A freshly placed order. */
export const placedOrder = (changes: Partial<Order> = {}): Order => {
  const decision = decidePlacement(undefined, placement, catalogue, new Date('2026-11-23T08:00:00Z'));
  if (decision.kind !== 'place') throw new Error(`expected an order, got ${decision.kind}`);
  return { ...decision.order, ...changes };
};

/** An order as a store knows it after its first commit. */
export const stored = (state: Order): Stored<Order> => ({ state, version: 1, sequence: 1, homeRegion: 'sa-east-1' });

/** A store of one region; stores of several over the same contents are replicas. */
export const storeOf = <State>(
  kind: string,
  clock: Clock,
  where: Partial<InMemoryEntityStoreOptions> = {},
  contents = new InMemoryContents<State>(),
): InMemoryEntityStore<State> =>
  new InMemoryEntityStore<State>({ kind, context: 'ordering', region: 'sa-east-1', clock, ...where }, contents);

/** A store that holds one order, with `events` naming what its outbox says after the order was put there. */
export const storeWith = async (order: Order, clock: Clock = tickingClock()) => {
  const orders = storeOf<Order>('order', clock);
  const cause = { correlationId: order.orderId, causationId: 'test' };
  await orders.commit({ id: order.orderId, basedOn: undefined, state: order, events: [], cause });
  const events = () => orders.outbox.flatMap((row) => row.events.map(({ type }) => type));
  const current = async (): Promise<Order> => {
    const stored = await orders.find(order.orderId);
    if (stored === undefined) throw new Error('the order is gone');
    return stored.state;
  };
  return { orders, events, current };
};

/** Cases in memory, with the rules of the table. */
export class InMemoryOrderCases implements OrderCases {
  readonly stored = new Map<string, OrderCase & { readonly closedAs?: string }>();

  constructor(private readonly gate: RegionGate = alwaysActive) {}

  async find(caseId: string): Promise<OrderCase | undefined> {
    return this.stored.get(caseId);
  }

  async open(opened: OrderCase): Promise<void> {
    await this.gate.assertActive();
    if ((this.stored.get(opened.caseId)?.count ?? 0) !== opened.count - 1) throw new StaleEntityError(opened.caseId);
    this.stored.set(opened.caseId, opened);
  }

  async close({ caseId, count }: OrderCase, { as }: { readonly as: string }): Promise<void> {
    await this.gate.assertActive();
    const current = this.stored.get(caseId);
    if (current?.count === count && current.status === 'OPEN')
      this.stored.set(caseId, { ...current, status: 'CLOSED', closedAs: as });
  }

  listOpen(): readonly OrderCase[] {
    return [...this.stored.values()].filter(({ status }) => status === 'OPEN');
  }
}

/** Executions in memory: a name is started once. */
export class InMemoryOrderSagas implements OrderSagas, SagaExecutions {
  readonly started: SagaStart[] = [];
  /** Where executions stand that do not run any more, by name. */
  readonly ended = new Map<string, ExecutionStatus>();
  failOnce = false;

  async start(saga: SagaStart): Promise<'started' | 'already-started'> {
    if (this.failOnce) {
      this.failOnce = false;
      throw new Error('throttled');
    }
    if (this.started.some(({ name }) => name === saga.name)) return 'already-started';
    this.started.push(saga);
    return 'started';
  }

  async statusOf(name: string): Promise<ExecutionStatus | undefined> {
    return this.ended.get(name) ?? (this.started.some((saga) => saga.name === name) ? 'running' : undefined);
  }
}

/** Failed executions in memory: one a page, newest first. */
export class InMemoryFailedExecutions implements FailedExecutions {
  private readonly ended: { readonly execution: FailedExecution; readonly at: Date }[] = [];
  pagesRead = 0;

  add(execution: FailedExecution, at: Date): void {
    this.ended.push({ execution, at });
    this.ended.sort((one, other) => other.at.getTime() - one.at.getTime());
  }

  async *endedSince(since: Date): AsyncGenerator<readonly FailedExecution[]> {
    for (const { execution, at } of this.ended) {
      this.pagesRead += 1;
      yield at >= since ? [execution] : [];
    }
  }
}

/** Unfinished orders in memory, listed as they were when they were put there: one a page. */
export class InMemoryUnfinishedOrders implements UnfinishedOrders {
  constructor(private readonly listed: readonly Order[]) {}

  async *placedBefore(time: Date): AsyncGenerator<readonly string[]> {
    for (const { orderId: id, placedAt } of this.listed) yield new Date(placedAt) < time ? [id] : [];
  }

  /** Whose they are, whoever asks tells by the order itself. */
  async *ofRegion(_region: string, cursor = '0'): AsyncGenerator<OrdersPage> {
    for (const [index, { orderId: id }] of this.listed.entries())
      if (index >= Number(cursor)) yield { orderIds: [id], cursor: String(index) };
  }
}

/** A message as the FIFO consumer hands it on. */
export const delivered = <T>(data: T, changes: Partial<Delivered<T>> = {}): Delivered<T> => ({
  specversion: '1.0',
  id: 'e0000000-0000-5000-8000-000000000001',
  source: '/tenfold/ordering',
  type: orderPlacedV1.type,
  time: '2026-11-23T08:00:01.000Z',
  subject: `order/${orderId}`,
  sequence: 1,
  correlationid: orderId,
  causationid: 'request-1',
  originregion: 'sa-east-1',
  receiveCount: 1,
  data,
  ...changes,
});

/** A log that keeps quiet. */
export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** What API Gateway hands a proxy function, of which the routes read only a part. */
export const apiEvent = (changes: {
  readonly body?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly pathParameters?: { readonly [name: string]: string };
}): APIGatewayProxyEvent =>
  // Through JSON, as Lambda hands it over.
  JSON.parse(
    JSON.stringify({
      httpMethod: 'POST',
      resource: '/v1/orders',
      headers: {},
      pathParameters: null,
      queryStringParameters: null,
      body: null,
      isBase64Encoded: false,
      requestContext: { requestId: 'request-1', authorizer: { clientId, scope: 'tenfold/orders.write' } },
      ...changes,
    }),
  );
