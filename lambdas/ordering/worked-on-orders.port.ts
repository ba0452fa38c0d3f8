/** The cursor that the first page of orders is asked for with. */
export const firstPage = 'first';

/** Orders that a region has worked on. */
export interface WorkedOnOrders {
  /**
   * Those about which a region has stated something at `since` or later, whosever they are now.
   * @param cursor what the page before said, or `firstPage`
   */
  page(region: string, since: Date, cursor: string): Promise<WorkedOnPage>;
  /** Regions that have stated something about an order, as far as its outbox rows are kept. */
  originsOf(orderId: string): Promise<readonly string[]>;
}

/** A page of orders, each named once, and where the next one begins. */
export interface WorkedOnPage {
  readonly orderIds: readonly string[];
  readonly next: string | undefined;
}
