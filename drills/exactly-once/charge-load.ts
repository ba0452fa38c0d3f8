import type { Random } from '../harness/random';

/** An order that payments is told to charge, and what has to come of it. */
export interface ChargeOrder {
  readonly orderId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly paymentMethod: string;
  /** `declined`: the card is one that the provider refuses, so nothing may be charged. */
  readonly expected: 'charged' | 'declined';
}

/** One message that is sent: the first copy of a command, or another one under a deduplication id of its own. */
export interface ChargeDelivery {
  readonly order: ChargeOrder;
  /** 0 for the original; a copy has the same command id and a new SQS deduplication id. */
  readonly copy: number;
}

/** What is sent, in this order. */
export interface ChargeLoad {
  readonly orders: readonly ChargeOrder[];
  /** Originals and copies, out of order. */
  readonly early: readonly ChargeDelivery[];
  /** Copies sent once everything is handled: what a producer's retry after SQS's five-minute window looks like. */
  readonly late: readonly ChargeDelivery[];
}

/** Size and mix of the load. */
export interface ChargeLoadOptions {
  readonly orders: number;
  /** Share of commands that are sent a second time. */
  readonly duplicates: number;
  /** Share of orders whose card is refused. */
  readonly declined: number;
}

/** How far a message may stray from its place in the sending order. */
const REORDERING_WINDOW = 60;

/** Makes the load from the seed: a third of the copies follows their original closely, a third comes at any time, a third late. */
export const chargeLoad = (random: Random, { orders: count, duplicates, declined }: ChargeLoadOptions): ChargeLoad => {
  const orders = Array.from({ length: count }, (_, index): ChargeOrder => {
    const refused = random.chance(declined) && index > 0;
    return {
      orderId: random.uuid(),
      amountMinor: random.integer(100, 50_000),
      currency: 'EUR',
      paymentMethod: refused ? 'pm_declined' : 'pm_card',
      expected: refused ? 'declined' : 'charged',
    };
  });
  const copied = random.shuffle(orders.map((order, at) => ({ order, at }))).slice(0, Math.round(count * duplicates));
  const third = Math.ceil(copied.length / 3);
  const placed = [
    ...orders.map((order, at) => ({ delivery: { order, copy: 0 }, place: at + random.next() * REORDERING_WINDOW })),
    ...copied.slice(0, third).map(({ order, at }) => ({
      delivery: { order, copy: 1 },
      place: at + random.next() * REORDERING_WINDOW,
    })),
    ...copied.slice(third, 2 * third).map(({ order }) => ({
      delivery: { order, copy: 1 },
      place: random.next() * (count + REORDERING_WINDOW),
    })),
  ];
  return {
    orders,
    early: placed.sort((one, other) => one.place - other.place).map(({ delivery }) => delivery),
    late: copied.slice(2 * third).map(({ order }) => ({ order, copy: 1 })),
  };
};

/** Orders whose command is sent a single time: if that message is lost, no copy makes up for it. */
export const sentOnce = ({ orders, early, late }: ChargeLoad): readonly ChargeOrder[] => {
  const copied = new Set([...early, ...late].filter(({ copy }) => copy > 0).map(({ order }) => order.orderId));
  return orders.filter(({ orderId }) => !copied.has(orderId));
};

/** Pairs of neighbours in the sending order whose originals were made in the other order. */
export const countReordered = ({ orders, early }: ChargeLoad): number => {
  const made = new Map(orders.map(({ orderId }, at) => [orderId, at]));
  const sent = early.map(({ order }) => made.get(order.orderId) ?? -1);
  return sent.filter((at, index) => index > 0 && at < (sent[index - 1] ?? -1)).length;
};
