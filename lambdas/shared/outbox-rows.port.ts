/** Key of an outbox row. */
export interface OutboxKey {
  readonly pk: string;
  readonly sk: string;
}

/** The stored outbox rows, as far as parking needs them: a parked row must not expire before it is published. */
export interface OutboxRows {
  /** The item as it is stored. */
  read(key: OutboxKey): Promise<{ readonly [attribute: string]: unknown } | undefined>;
  /**
   * The row stays until it is released.
   * @throws RegionFencedError this region may not write now
   */
  keep(key: OutboxKey): Promise<void>;
  /**
   * The row is published and may expire again.
   * @throws RegionFencedError this region may not write now
   */
  release(key: OutboxKey): Promise<void>;
}
