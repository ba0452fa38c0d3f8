/** Units of one article that an order holds. */
export interface ReservedLine {
  readonly sku: string;
  readonly quantity: number;
}

/** Why stock was not reserved. */
export type ShortageReason = 'out-of-stock' | 'unknown-sku';

/**
 * What an order has to do with the warehouse. HELD is a semantic lock: the units are in nobody's `available`, and only the
 * order's own release gives them back. REFUSED and RELEASED are final. A release that came before its request leaves
 * RELEASED without lines, the tombstone on which the late request is refused.
 */
export type Reservation =
  | { readonly status: 'HELD'; readonly lines: readonly ReservedLine[]; readonly heldAt: string }
  | { readonly status: 'REFUSED'; readonly reason: ShortageReason; readonly sku: string; readonly refusedAt: string }
  | { readonly status: 'RELEASED'; readonly lines: readonly ReservedLine[]; readonly releasedAt: string };

/** One line per article: a transaction may touch a stock item only once. */
export const mergedLines = (lines: readonly ReservedLine[]): readonly ReservedLine[] => {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity }));
};
