import { exactly, type Figure, informative, none } from '../harness/figure';
import type { LedgerRow } from '../harness/ledger-row';

/** An order of the drill as ordering's table has it. */
export interface CountedOrder {
  readonly orderId: string;
  readonly status: string;
  readonly totalMinor: number;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

/** What the stores hold at one moment, as far as it concerns the drill's own orders and SKUs. */
export interface OrderEvidence {
  readonly orders: readonly CountedOrder[];
  /** Ids of the orders that the API has accepted. */
  readonly accepted: readonly string[];
  /** The payment provider's ledger. */
  readonly money: readonly LedgerRow[];
  /** The carrier's ledger. */
  readonly parcels: readonly LedgerRow[];
  readonly stock: readonly { readonly sku: string; readonly available: number; readonly reserved: number }[];
  /** Orders whose reservation holds stock, in inventory's own words. */
  readonly holding: readonly string[];
  /** What was put on the shelves before the first order. */
  readonly initialStock: ReadonlyMap<string, number>;
  /** Orders that an open case waits for. */
  readonly ordersWithOpenCase: readonly string[];
}

/** The figures of this count, by the names under which protections refer to them. */
export const conservationFigures = {
  lostOrders: 'accepted orders lost',
  unfinished: 'orders without an end',
  unexplained: 'parked orders without an open case',
  charged: 'orders charged twice',
  kept: 'money kept for orders that failed',
  unpaid: 'confirmed orders not paid in full',
  money: 'money: charged − refunded − confirmed',
  stock: 'stock: pieces that appeared or vanished',
  held: 'stock: pieces held for no order',
  heldByFailed: 'stock: reservations held for orders that failed',
  notHeld: 'confirmed orders whose stock is not held',
  oversold: 'SKUs sold below zero',
  doubleParcels: 'orders shipped twice',
  strayParcels: 'parcels under way for orders that failed',
  unshipped: 'confirmed orders without a parcel',
  undispatched: 'confirmed orders not dispatched exactly once',
  strayDispatches: 'parcels dispatched for orders that are not confirmed',
  parkedDispatches: 'parcels dispatched for orders that an operator has',
} as const;

const ends = new Set(['CONFIRMED', 'REJECTED', 'CANCELLED', 'PARKED']);

const perOrder = (
  rows: readonly LedgerRow[],
  kinds: readonly LedgerRow['kind'][],
  amountOf: (row: LedgerRow) => number,
): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>();
  for (const row of rows.filter(({ kind }) => kinds.includes(kind)))
    sums.set(row.reference, (sums.get(row.reference) ?? 0) + amountOf(row));
  return sums;
};

const one = (): number => 1;
const amount = ({ amountMinor }: LedgerRow): number => amountMinor;
const total = (numbers: Iterable<number>): number => [...numbers].reduce((sum, next) => sum + next, 0);

/** How a count is meant. */
export interface ConservationTerms {
  /** Keeps the figures of two counts apart. @default none */
  readonly suffix?: string;
  /**
   * Whether an order whose parcel is on its way has to be a confirmed one. A region that is lost may have confirmed what its successor has not
   * heard of, and refuses; an operator has that order then. @default true
   */
  readonly dispatchIsFinal?: boolean;
}

const allowed = (name: string, values: readonly string[]): Figure => informative(name, values.length);

/**
 * Checks that nothing was created and nothing destroyed. A parked order may hold money, stock and a parcel, because its case
 * says so and its redrive brings it to an end; it may not hold them twice.
 */
export const countConservation = (
  evidence: OrderEvidence,
  { suffix = '', dispatchIsFinal = true }: ConservationTerms = {},
): Figure[] => {
  const { orders, accepted, money, parcels, stock, holding, initialStock, ordersWithOpenCase } = evidence;
  const names = Object.fromEntries(
    Object.entries(conservationFigures).map(([key, name]) => [key, `${name}${suffix}`]),
  ) as { [Key in keyof typeof conservationFigures]: string };
  const known = new Map(orders.map((order) => [order.orderId, order]));
  const withStatus = (...statuses: string[]): CountedOrder[] =>
    orders.filter(({ status }) => statuses.includes(status));
  const ids = (list: readonly CountedOrder[]): string[] => list.map(({ orderId }) => orderId);
  const charges = perOrder(money, ['charge'], one);
  const taken = perOrder(money, ['charge'], amount);
  const returned = perOrder(money, ['refund'], amount);
  const netOf = (orderId: string): number => (taken.get(orderId) ?? 0) - (returned.get(orderId) ?? 0);
  const booked = perOrder(parcels, ['parcel'], one);
  const recalled = perOrder(parcels, ['recall'], one);
  const dispatched = perOrder(parcels, ['dispatch'], one);
  const underWay = (orderId: string): number => (booked.get(orderId) ?? 0) - (recalled.get(orderId) ?? 0);
  const failed = withStatus('REJECTED', 'CANCELLED');
  const confirmed = withStatus('CONFIRMED');
  const parked = withStatus('PARKED');
  const open = new Set(ordersWithOpenCase);
  const held = new Set(holding);
  const parkedMoney = total(parked.map(({ orderId }) => netOf(orderId)));
  const piecesOf = (list: readonly CountedOrder[], wanted: string): number =>
    total(list.flatMap(({ lines }) => lines.filter(({ sku }) => sku === wanted).map(({ quantity }) => quantity)));
  const strays = money.concat(parcels).filter(({ reference }) => !known.has(reference));
  return [
    none(
      names.lostOrders,
      accepted.filter((orderId) => !known.has(orderId)),
    ),
    none(names.unfinished, ids(orders.filter(({ status }) => !ends.has(status)))),
    none(names.unexplained, ids(parked.filter(({ orderId }) => !open.has(orderId)))),
    none(
      names.charged,
      [...charges].filter(([, times]) => times > 1).map(([orderId]) => orderId),
    ),
    none(names.kept, [
      ...ids(failed.filter(({ orderId }) => netOf(orderId) !== 0)),
      ...strays.filter(({ kind }) => kind === 'charge').map(({ reference }) => reference),
    ]),
    none(names.unpaid, ids(confirmed.filter(({ orderId, totalMinor }) => netOf(orderId) !== totalMinor))),
    exactly(
      names.money,
      total([...taken.values()]) -
        total([...returned.values()]) -
        total(confirmed.map(({ totalMinor }) => totalMinor)) -
        parkedMoney,
      0,
      'minor units',
    ),
    exactly(
      names.stock,
      total(
        [...initialStock].map(([sku, pieces]) => {
          const item = stock.find((candidate) => candidate.sku === sku);
          return Math.abs((item?.available ?? 0) + (item?.reserved ?? 0) - pieces);
        }),
      ),
      0,
      'pieces',
    ),
    exactly(
      names.held,
      total(
        stock.map(({ sku, reserved }) => {
          const sold = piecesOf(confirmed, sku);
          return Math.max(0, sold - reserved) + Math.max(0, reserved - sold - piecesOf(parked, sku));
        }),
      ),
      0,
      'pieces',
    ),
    none(names.heldByFailed, ids(failed.filter(({ orderId }) => held.has(orderId)))),
    none(names.notHeld, ids(confirmed.filter(({ orderId }) => !held.has(orderId)))),
    none(
      names.oversold,
      stock.filter(({ available, reserved }) => available < 0 || reserved < 0).map(({ sku }) => sku),
    ),
    none(
      names.doubleParcels,
      [...booked].filter(([, times]) => times > 1).map(([orderId]) => orderId),
    ),
    none(names.strayParcels, [
      ...ids(failed.filter(({ orderId }) => underWay(orderId) !== 0)),
      ...strays.filter(({ kind }) => kind === 'parcel').map(({ reference }) => reference),
    ]),
    none(names.unshipped, ids(confirmed.filter(({ orderId }) => underWay(orderId) < 1))),
    // Dispatching is choreographed: no saga waits for it, so it is counted once the queues are empty.
    none(names.undispatched, ids(confirmed.filter(({ orderId }) => dispatched.get(orderId) !== 1))),
    none(
      names.strayDispatches,
      [...dispatched.keys()].filter((orderId) => !['CONFIRMED', 'PARKED'].includes(known.get(orderId)?.status ?? '')),
    ),
    (dispatchIsFinal ? none : allowed)(
      names.parkedDispatches,
      ids(parked.filter(({ orderId }) => dispatched.has(orderId))),
    ),
  ];
};
