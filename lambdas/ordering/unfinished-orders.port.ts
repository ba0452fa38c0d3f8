/** Orders that an execution has to bring to an end. */
export interface UnfinishedOrders {
  /** Ids of those that were placed before `time`, page by page, oldest first within a page; a page may be empty, and may be seconds behind. */
  placedBefore(time: Date): AsyncIterable<readonly string[]>;
}
