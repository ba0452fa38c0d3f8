/** Orders that this region has adopted, and that its sagas have yet to bring to an end. */
export interface AdoptedOrders {
  /** How many of them were adopted from a region. Seconds behind. */
  unfinishedOf(region: string): Promise<number>;
}
