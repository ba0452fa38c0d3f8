/** What one piece of a SKU costs. */
export interface Price {
  readonly sku: string;
  readonly currency: string;
  /** Minor units of `currency`. */
  readonly unitPriceMinor: number;
}

/** Today's prices. */
export interface PriceList {
  /** Prices by SKU, read in one round trip; a SKU that is not sold is missing. */
  pricesOf(skus: readonly string[]): Promise<ReadonlyMap<string, Price>>;
}
