import type { Random } from '../harness/random';

/** A confirmed order that loyalty hears of, and the points that it is worth. */
export interface PointsOrder {
  readonly orderId: string;
  readonly customerId: string;
  readonly totalMinor: number;
}

/** What loyalty's queue is sent. */
export interface PointsLoad {
  readonly orders: readonly PointsOrder[];
  /** Originals and copies, out of order; every copy under a deduplication id of its own. */
  readonly deliveries: readonly PointsOrder[];
  /** Copies sent once everything is handled. */
  readonly late: readonly PointsOrder[];
}

/** Size and mix of the load. */
export interface PointsLoadOptions {
  readonly orders: number;
  readonly customers: number;
  /** Share of events that are sent a second time. */
  readonly duplicates: number;
}

/** One point for every 100 minor units of an order, rounded down: loyalty's rule, restated so that it is checked. */
export const pointsOf = (totalMinor: number): number => Math.floor(totalMinor / 100);

/** Makes the load from the seed. Points are added up, so an event that is counted twice shows in the balance. */
export const pointsLoad = (random: Random, { orders: count, customers, duplicates }: PointsLoadOptions): PointsLoad => {
  const run = random.uuid().slice(0, 8);
  const orders = Array.from(
    { length: count },
    (): PointsOrder => ({
      orderId: random.uuid(),
      customerId: `drill-${run}-${random.integer(1, customers)}`,
      totalMinor: random.integer(100, 50_000),
    }),
  );
  const copied = random.shuffle(orders).slice(0, Math.round(count * duplicates));
  const half = Math.ceil(copied.length / 2);
  return { orders, deliveries: random.shuffle([...orders, ...copied.slice(0, half)]), late: copied.slice(half) };
};
