import type { OrderCase } from './order-case';

/** The parked cases of orders. */
export interface OrderCases {
  find(caseId: string): Promise<OrderCase | undefined>;
  /**
   * Stores a case that was opened, for the first time or again.
   * @throws StaleEntityError somebody else opened it in the meantime: read and decide again
   * @throws RegionFencedError this region may not write now
   */
  open(opened: OrderCase): Promise<void>;
  /**
   * Takes a case off the list of open ones; it stays readable. A case that was opened again since it was read stays open,
   * and closing a closed one changes nothing.
   * @throws RegionFencedError this region may not write now
   */
  close(known: OrderCase, closing: { readonly as: string; readonly at: string }): Promise<void>;
}
