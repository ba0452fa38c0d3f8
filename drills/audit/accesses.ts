import type { Random } from '../harness/random';

/** One request to a route whose accesses are recorded. */
export interface Access {
  /** Sent as `x-correlation-id` and kept in the record: by it the two are matched. */
  readonly correlationId: string;
  /** What the drill calls the client that sends it. */
  readonly client: string;
  readonly method: 'GET' | 'POST';
  /** Below the API's base, with a slash in front. */
  readonly path: string;
  /** As the record names it. */
  readonly action: string;
  readonly body?: unknown;
  /** Of a request that places an order. */
  readonly idempotencyKey?: string;
}

/** What a client usually works with. */
export interface Desk {
  readonly client: string;
  /** Customers whose activity it reads: fewer than would be unusual. */
  readonly customers: readonly string[];
  /** Orders that it has placed. */
  readonly orders: readonly string[];
}

/** Reads what a customer did. */
export const activityRead = (random: Random, client: string, customerId: string): Access => ({
  correlationId: random.uuid(),
  client,
  method: 'GET',
  path: `/v1/activity/${customerId}`,
  action: 'activity.read',
});

/** Reads an order. */
export const orderRead = (random: Random, client: string, orderId: string): Access => ({
  correlationId: random.uuid(),
  client,
  method: 'GET',
  path: `/v1/orders/${orderId}`,
  action: 'order.read',
});

/** Says that a customer has looked at an article. */
export const activityNote = (random: Random, client: string, customerId: string, at: string): Access => ({
  correlationId: random.uuid(),
  client,
  method: 'POST',
  path: '/v1/activity',
  action: 'activity.record',
  body: { visitId: random.uuid(), customerId, events: [{ sequence: 1, kind: 'viewed', occurredAt: at }] },
});

/** Places an order. */
export const orderPlacement = (random: Random, client: string, order: object): Access => ({
  correlationId: random.uuid(),
  client,
  method: 'POST',
  path: '/v1/orders',
  action: 'order.place',
  body: order,
  idempotencyKey: random.uuid(),
});

/** Orders that a client asks for and that are not there: few enough that nobody calls it guessing. */
const MISSES = 4;
/** Share of accesses that read an order. */
const ORDERS = 0.4;

/**
 * What clients do all day: they read their customers' activity and their own orders, and now and then an order that is not there.
 * @param options.misses how often each asks for one that is not there. @default 4
 */
export const normalAccesses = (
  random: Random,
  desks: readonly Desk[],
  total: number,
  { misses = MISSES }: { readonly misses?: number } = {},
): readonly Access[] => {
  const missing = desks.flatMap(({ client }) =>
    Array.from({ length: misses }, () => orderRead(random, client, random.uuid())),
  );
  const others = Array.from({ length: Math.max(0, total - missing.length) }, () => {
    const { client, customers, orders } = random.pick(desks);
    return orders.length > 0 && random.chance(ORDERS)
      ? orderRead(random, client, random.pick(orders))
      : activityRead(random, client, random.pick(customers));
  });
  return random.shuffle([...missing, ...others]);
};
