import type { OrderRequest, OrderStep, OrderView, PlacedOrder, StoreApi } from '../../../local/orders/store-api';
import { threeOrders, UnexpectedOrderError } from '../../../local/orders/three-orders';

const placedAt = Date.parse('2026-11-23T08:00:00.000Z');
const at = (milliseconds: number): string => new Date(placedAt + milliseconds).toISOString();
const steps = (...names: readonly string[]): OrderStep[] =>
  names.map((name, index) => {
    const [step = '', outcome = ''] = name.split(' ');
    return { step, outcome, at: at(100 * (index + 1)) };
  });

const happy = steps('reserve done', 'charge done', 'ship done', 'confirm done');
const undone = steps('reserve done', 'charge refused', 'release done');

/** A store whose orders take one more step each time they are read. */
class FakeStore implements StoreApi {
  readonly #orders = new Map<string, { readonly request: OrderRequest; reads: number }>();
  readonly #keys = new Map<string, PlacedOrder>();

  constructor(private readonly misbehave: { readonly alwaysPending?: true; readonly forgetsKeys?: true } = {}) {}

  async place(request: OrderRequest, key: string): Promise<PlacedOrder> {
    const known = this.#keys.get(key);
    if (known && this.misbehave.forgetsKeys === undefined) return { ...known, replayed: true };
    const orderId = `order-${this.#orders.size + 1}`;
    const placed = { orderId, answer: JSON.stringify({ orderId }), replayed: false };
    this.#orders.set(orderId, { request, reads: 0 });
    this.#keys.set(key, placed);
    return placed;
  }

  async read(orderId: string): Promise<OrderView> {
    const order = this.#orders.get(orderId);
    if (!order) throw new Error(`no order ${orderId}`);
    order.reads += 1;
    const declined = order.request.paymentMethod === 'pm_declined';
    const all = declined ? undone : happy;
    const seen = this.misbehave.alwaysPending ? [] : all.slice(0, order.reads);
    const ended = seen.length === all.length;
    const status = !ended ? 'PENDING' : declined ? 'REJECTED' : 'CONFIRMED';
    return { orderId, status, placedAt: at(0), steps: seen };
  }
}

const demonstrate = async (api: StoreApi, index: number): Promise<readonly string[]> => {
  const notes: string[] = [];
  let now = placedAt;
  let keys = 0;
  const demonstration = {
    api,
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
    newKey: () => `key-${(keys += 1)}`,
  };
  await threeOrders[index]?.run(demonstration, (line) => notes.push(line));
  return notes;
};

test('each step of an order is shown once, with its time since placing', async () => {
  const notes = await demonstrate(new FakeStore(), 0);

  expect(notes.slice(0, -1).map((note) => note.trim())).toEqual([
    '+100 ms  reserve done',
    '+200 ms  charge done',
    '+300 ms  ship done',
    '+400 ms  confirm done',
  ]);
  expect(notes.at(-1)).toContain('is CONFIRMED');
});

test('the declined order ends rejected, with what was reserved released', async () => {
  const notes = await demonstrate(new FakeStore(), 1);

  expect(notes.join('\n')).toMatch(/charge refused\n.*release done\n.*is REJECTED/);
});

test('the repeated order is answered the same and done once', async () => {
  const notes = await demonstrate(new FakeStore(), 2);

  expect(notes[0]).toContain('Idempotency-Replayed: true');
  expect(notes.at(-1)).toContain('order order-1 is CONFIRMED');
});

test('a store that forgets its keys is noticed', async () => {
  await expect(demonstrate(new FakeStore({ forgetsKeys: true }), 2)).rejects.toThrow(UnexpectedOrderError);
});

test('an order that stays pending is given up on, with what is missing', async () => {
  await expect(demonstrate(new FakeStore({ alwaysPending: true }), 0)).rejects.toThrow(
    'order order-1 is PENDING, expected CONFIRMED; missing: reserve done, charge done, ship done, confirm done',
  );
});

test('an order that ends otherwise is noticed at once', async () => {
  const store = new FakeStore();
  const rejecting: StoreApi = {
    place: (request, key) => store.place({ ...request, paymentMethod: 'pm_declined' }, key),
    read: (orderId) => store.read(orderId),
  };

  await expect(demonstrate(rejecting, 0)).rejects.toThrow('is REJECTED, expected CONFIRMED');
});
