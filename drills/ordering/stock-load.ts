import type { Random } from '../harness/random';

/** What happens to stock: it is set aside for an order, and may be given back. */
export interface StockMovement {
  readonly orderId: string;
  /** 1: set aside; 2: given back. */
  readonly sequence: 1 | 2;
  readonly sku: string;
  readonly quantity: number;
}

/** What is appended to the log of stock movements. */
export interface StockLoad {
  readonly skus: readonly string[];
  /** Each once, in the order in which the log first has it. */
  readonly movements: readonly StockMovement[];
  /** In the order of sending, repeats among them. */
  readonly deliveries: readonly StockMovement[];
}

/** Size and mix of the load. */
export interface StockLoadOptions {
  readonly orders: number;
  /** Share of movements that are appended a second time. */
  readonly duplicates: number;
}

const SKUS = 5;
/** Share of orders whose stock is given back. */
const GIVEN_BACK = 0.4;
/** A copy strays this many orders behind its original at most. */
const STRAYS = 40;

/** Makes the load from the seed. The outbox hands out an entity's events in their order, so that only repeats are out of it. */
export const stockLoad = (random: Random, { orders, duplicates }: StockLoadOptions): StockLoad => {
  const run = random.uuid().slice(0, 6).toUpperCase();
  const skus = Array.from({ length: SKUS }, (_, at) => `DRILL-${run}-${at + 1}`);
  const placed = Array.from({ length: orders }, (_, at) => {
    const [orderId, sku, quantity] = [random.uuid(), random.pick(skus), random.integer(1, 5)];
    const reserved = { movement: { orderId, sku, quantity, sequence: 1 } as const, place: at + random.next() };
    const released = {
      movement: { orderId, sku, quantity, sequence: 2 } as const,
      place: reserved.place + random.next() * STRAYS,
    };
    return random.chance(GIVEN_BACK) ? [reserved, released] : [reserved];
  }).flat();
  const copies = placed
    .filter(() => random.chance(duplicates))
    .map(({ movement, place }) => ({ movement, place: place + random.next() * STRAYS }));
  const inOrder = (list: readonly { readonly movement: StockMovement; readonly place: number }[]) =>
    [...list].sort((one, other) => one.place - other.place).map(({ movement }) => movement);
  return { skus, movements: inOrder(placed), deliveries: inOrder([...placed, ...copies]) };
};
