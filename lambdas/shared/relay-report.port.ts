/** What operators want to know of the relay. */
export interface RelayReport {
  /** Time from the commit of an event to its publication, in milliseconds. */
  published(lagMs: number): void;
  /** An entity was parked, or a row was added behind a parked one. */
  parked(subject: string, reason: string): void;
  /** An entity's rows will come again. */
  postponed(subject: string, reason: string): void;
}
