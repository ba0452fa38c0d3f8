/** How often one thing happens for one order, and why. */
export interface Use {
  readonly count: number;
  readonly why: string;
}

/** Invocations of one function for one order. */
export interface Invocation extends Use {
  /** `<stack>/<construct>` of the function, as in the synthesized templates. */
  readonly path: string;
  /** Billed duration of a warm invocation; an assumption, on the high side. */
  readonly milliseconds: number;
}

const relays = (stack: string, count: number): Invocation => ({
  path: `${stack}/Outbox/Relay`,
  count,
  milliseconds: 30,
  why: 'one outbox row an invocation: the worst case, under load a batch holds many',
});

/**
 * What one successful order of one line uses: placed with one request, read with another. Every item of a DynamoDB transaction is billed
 * twice per KB written; an order's item is between 1 and 2 KB, all others are at most 1 KB.
 */
export const orderUsage = {
  apiRequests: [
    { count: 1, why: 'POST /v1/orders' },
    { count: 1, why: 'GET /v1/orders/{orderId}' },
  ],
  invocations: [
    {
      path: 'GatewayService/AuthorizeRequest',
      count: 0.1,
      milliseconds: 20,
      why: 'API Gateway keeps the answer for a token',
    },
    { path: 'OrderingService/PlaceOrder', count: 1, milliseconds: 40, why: 'POST' },
    { path: 'OrderingService/ReadOrder', count: 1, milliseconds: 20, why: 'GET' },
    { path: 'OrderingService/SagaStarts/Function', count: 1, milliseconds: 40, why: 'OrderPlaced' },
    {
      path: 'OrderingService/Timeline/Function',
      count: 4,
      milliseconds: 30,
      why: 'reserved, charged, booked, dispatched',
    },
    { path: 'OrderingService/ConfirmOrder', count: 1, milliseconds: 40, why: 'saga step' },
    { path: 'InventoryService/ReserveStock', count: 1, milliseconds: 40, why: 'saga step' },
    { path: 'PaymentsService/Charges/Function', count: 1, milliseconds: 400, why: 'waits for the provider' },
    { path: 'ShippingService/BookShipment', count: 1, milliseconds: 400, why: 'waits for the carrier' },
    { path: 'ShippingService/Dispatches/Function', count: 1, milliseconds: 400, why: 'waits for the carrier' },
    { path: 'LoyaltyService/Credits/Function', count: 1, milliseconds: 40, why: 'OrderConfirmed' },
    relays('OrderingService', 2),
    relays('InventoryService', 1),
    relays('PaymentsService', 1),
    relays('ShippingService', 2),
    relays('LoyaltyService', 1),
  ] satisfies Invocation[],
  writeUnits: [
    { count: 8, why: 'place: order (2 KB), outbox row; the order in the index of unfinished ones' },
    { count: 6, why: 'reserve: reservation, stock item, outbox row' },
    { count: 6, why: 'charge: payment, marker, outbox row' },
    { count: 4, why: 'ship: shipment, outbox row' },
    { count: 8, why: 'confirm: order (2 KB), outbox row; the order out of the index' },
    { count: 6, why: 'dispatch: shipment, marker, outbox row' },
    { count: 7, why: 'points: credit, marker, outbox row; the credit in the index of its customer' },
    { count: 16, why: 'timeline: four times timeline and marker' },
  ],
  readUnits: [
    {
      count: 23,
      why: "one or two strongly consistent reads before each write, the price, the order as it is read, the customer's keys (three functions, each once in five minutes)",
    },
  ],
  publishes: [{ count: 7, why: 'placed, reserved, charged, booked, confirmed, dispatched, points credited' }],
  queueRequests: [
    { count: 16, why: 'receive and delete of eight messages, one a batch' },
    { count: 1, why: 'the charge command' },
  ],
  logKilobytesAnInvocation: { count: 1, why: 'start, report and one or two lines of JSON' },
  tracesAnApiRequest: { count: 0.05, why: "X-Ray's default sampling" },
} as const;

/** What one question of Route 53 to `/health` uses. */
export const healthUsage = {
  path: 'EdgeService/CheckHealth',
  milliseconds: 15,
  readUnits: {
    count: 5,
    why: 'a strongly consistent query of each table; at most, because a process remembers the answer for two seconds',
  },
  logKilobytes: { count: 1, why: 'start and report of the function, and a line of the access log' },
  requestsAMonth: { count: 16 * 6 * 60 * 24 * 30.4, why: '16 checkers, every ten seconds' },
} as const;
