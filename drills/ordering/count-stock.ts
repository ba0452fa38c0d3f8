import { type Figure, none } from '../harness/figure';
import type { StockLoad, StockMovement } from './stock-load';

/** A row of the stock ledger, of the drill's own orders. */
export interface LedgerEntry {
  readonly orderId: string;
  readonly sequence: number;
}

/** What the stores hold of the drill's own stock movements. */
export interface StockEvidence {
  /** In the order of the ledger. */
  readonly ledger: readonly LedgerEntry[];
  /** Pieces that are set aside, by stock keeping unit. */
  readonly balances: ReadonlyMap<string, number>;
}

/** The figures of this count, by the names under which protections refer to them. */
export const stockFigures = {
  lost: 'movements missing from the ledger',
  doubled: 'movements in the ledger twice',
  order: 'ledger rows out of the order of the log',
  balances: 'stock balances that differ from the movements',
} as const;

const keyOf = ({ orderId, sequence }: LedgerEntry): string => `${orderId} ${sequence}`;

/** What a movement changes of what is set aside. */
const changeOf = ({ sequence, quantity }: StockMovement): number => (sequence === 1 ? quantity : -quantity);

/** Compares the ledger with the log: each movement once, and all in one order. */
export const countStock = ({ movements, skus }: StockLoad, { ledger, balances }: StockEvidence): Figure[] => {
  const expected = movements.map(keyOf);
  const found = ledger.map(keyOf);
  const places = new Map(expected.map((key, at) => [key, at]));
  const seen = new Set<string>();
  const doubled = found.filter((key) => seen.has(key) || !seen.add(key));
  let last = -1;
  const behind = found.filter((key) => {
    const place = places.get(key) ?? -1;
    const isBehind = place < last;
    last = Math.max(last, place);
    return isBehind;
  });
  const sums = new Map(skus.map((sku) => [sku, 0]));
  for (const movement of movements) sums.set(movement.sku, (sums.get(movement.sku) ?? 0) + changeOf(movement));
  return [
    none(
      stockFigures.lost,
      expected.filter((key) => !seen.has(key)),
    ),
    none(stockFigures.doubled, doubled),
    none(stockFigures.order, behind),
    none(
      stockFigures.balances,
      skus
        .filter((sku) => (balances.get(sku) ?? 0) !== sums.get(sku))
        .map((sku) => `${sku}: ${balances.get(sku) ?? 0}, expected ${sums.get(sku)}`),
    ),
  ];
};
