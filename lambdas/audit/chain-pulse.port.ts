/** Hears whether records are chained as they arrive. */
export interface ChainPulse {
  /** @param behind shards that take records and that nothing was chained of lately */
  felt(behind: readonly string[]): void;
}
