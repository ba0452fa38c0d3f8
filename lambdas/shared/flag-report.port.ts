/** What operators hear about flags. */
export interface FlagReport {
  /** New flags hold from now on. */
  changed(keys: readonly string[]): void;
  /** The source did not answer. */
  missed(error: unknown): void;
  /**
   * Polls have failed in a row for so long that what is known may be wrong; or twice, when nothing is known. Told by each further one.
   * @param ageSeconds since the last answer; `undefined` when there was none, and the defaults in code hold
   */
  stale(ageSeconds: number | undefined): void;
  /** The source answers again. */
  fresh(): void;
  /** What was deployed cannot be read: the flags before it go on. Told by each poll while it is so. */
  refused(error: unknown): void;
}
