import type { OrderRequest, OrderStep, OrderView, StoreApi } from './store-api';

/** What the demonstration needs besides the API. */
export interface Demonstration {
  readonly api: StoreApi;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** A key that no earlier run has used. */
  readonly newKey: () => string;
}

/** One of the orders that a newcomer watches. */
export interface DemonstratedOrder {
  readonly title: string;
  /**
   * Places it and follows it to its end.
   * @throws UnexpectedOrderError it went another way than it should
   */
  readonly run: (demonstration: Demonstration, note: (line: string) => void) => Promise<void>;
}

/** An order did not go as it should. */
export class UnexpectedOrderError extends Error {
  override readonly name = 'UnexpectedOrderError';
}

const POLL_MILLISECONDS = 100;
const LIMIT_MILLISECONDS = 60_000;

/** The order that the README's curl places, too. */
export const exampleOrder = {
  customerId: 'customer-42',
  currency: 'BRL',
  lines: [
    { sku: 'TEAPOT-CAST-IRON', quantity: 1 },
    { sku: 'TEA-SENCHA-100G', quantity: 2 },
  ],
  paymentMethod: 'pm_card',
  shipTo: {
    recipient: 'Ada Lovelace',
    street: 'Rua das Flores 10',
    city: 'São Paulo',
    postalCode: '01310-100',
    country: 'BR',
  },
} as const satisfies OrderRequest;

const named = ({ step, outcome }: OrderStep): string => `${step} ${outcome}`;

const missingIn = (order: OrderView, expected: readonly string[]): readonly string[] => {
  const seen = new Set(order.steps.map(named));
  return expected.filter((step) => !seen.has(step));
};

/** Shows each step once, with the time from placing the order to the step. Steps may be told in another order than they happened. */
const stepPrinter = (note: (line: string) => void) => {
  const shown = new Set<string>();
  return ({ placedAt, steps }: OrderView): void => {
    for (const step of steps) {
      const key = `${named(step)} ${step.at}`;
      if (shown.has(key)) continue;
      shown.add(key);
      const reason = step.reason === undefined ? '' : ` (${step.reason})`;
      note(`${`+${Date.parse(step.at) - Date.parse(placedAt)} ms`.padStart(9)}  ${named(step)}${reason}`);
    }
  };
};

interface Ending {
  readonly status: OrderView['status'];
  readonly steps: readonly string[];
}

const follow = async (
  { api, now, sleep }: Demonstration,
  orderId: string,
  ending: Ending,
  note: (line: string) => void,
): Promise<void> => {
  const print = stepPrinter(note);
  const startedAt = now();
  for (;;) {
    const order = await api.read(orderId);
    print(order);
    const { status, reason } = order;
    const missing = missingIn(order, ending.steps);
    // Steps are told by events, so the last of them may show up just after the order's own status.
    if (status === ending.status && missing.length === 0) {
      note(
        `order ${orderId} is ${status}${reason === undefined ? '' : ` (${reason})`}, seen after ${now() - startedAt} ms`,
      );
      return;
    }
    const otherEnd = status !== 'PENDING' && status !== ending.status;
    if (otherEnd || now() - startedAt > LIMIT_MILLISECONDS) {
      throw new UnexpectedOrderError(
        `order ${orderId} is ${status}${reason === undefined ? '' : ` (${reason})`}, expected ${ending.status}; ` +
          `missing: ${missing.join(', ') || 'nothing'}`,
      );
    }
    await sleep(POLL_MILLISECONDS);
  }
};

const confirmed: Ending = { status: 'CONFIRMED', steps: ['reserve done', 'charge done', 'ship done', 'confirm done'] };
const declined: Ending = { status: 'REJECTED', steps: ['reserve done', 'charge refused', 'release done'] };

/** One order that succeeds, one whose card is declined and that is undone, one that is sent twice under the same key. */
export const threeOrders: readonly DemonstratedOrder[] = [
  {
    title: 'order 1: reserved, charged, shipped, confirmed',
    run: async (demonstration, note) => {
      const { orderId } = await demonstration.api.place(exampleOrder, demonstration.newKey());
      await follow(demonstration, orderId, confirmed, note);
    },
  },
  {
    title: 'order 2: the card is declined, so what was reserved is released',
    run: async (demonstration, note) => {
      const request = { ...exampleOrder, paymentMethod: 'pm_declined' };
      const { orderId } = await demonstration.api.place(request, demonstration.newKey());
      await follow(demonstration, orderId, declined, note);
    },
  },
  {
    title: 'order 3: sent twice with the same Idempotency-Key, done once',
    run: async (demonstration, note) => {
      const key = demonstration.newKey();
      const first = await demonstration.api.place(exampleOrder, key);
      const second = await demonstration.api.place(exampleOrder, key);
      if (second.answer !== first.answer || !second.replayed || first.replayed) {
        throw new UnexpectedOrderError(
          `the repeated request was answered ${second.answer} (replayed: ${second.replayed}), the first one ${first.answer} (replayed: ${first.replayed})`,
        );
      }
      note('the repeated request was answered the same, with Idempotency-Replayed: true');
      await follow(demonstration, first.orderId, confirmed, note);
    },
  },
];
