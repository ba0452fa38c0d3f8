/** Orders that an execution has to bring to an end. */
export interface UnfinishedOrders {
  /** Ids of those that were placed before `time`, page by page, oldest first within a page; a page may be empty, and may be seconds behind. */
  placedBefore(time: Date): AsyncIterable<readonly string[]>;
  /**
   * Those that are at home in a region, or were adopted from it.
   * @param cursor what a page said, to begin with that page. @default the first one
   */
  ofRegion(region: string, cursor?: string): AsyncIterable<OrdersPage>;
}

/** A page of orders, and how to come back to it. */
export interface OrdersPage {
  readonly orderIds: readonly string[];
  readonly cursor: string;
}
