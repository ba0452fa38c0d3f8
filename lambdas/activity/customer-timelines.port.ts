import type { TimelineEvent } from './read-activity.contract';

/** An event of a visit or of an order. */
export interface TimelineRow extends TimelineEvent {
  /** `visit/<id>` or `order/<id>`. */
  readonly entity: string;
}

/** Some of a customer's events. */
export interface TimelinePage {
  /** The newest first. Of each visit or order without a gap in the end: what comes after one that is missing is not there yet. */
  readonly rows: readonly TimelineRow[];
  /** Takes the reading on to what is older; absent behind the oldest. */
  readonly next?: string;
}

/** What the consumer of the log has made of it, by customer. */
export interface CustomerTimelines {
  /**
   * A page of a customer's events; an empty one of a customer whom nobody has heard of.
   * @param after where an earlier page leads @default the newest
   */
  page(customerId: string, after?: string): Promise<TimelinePage>;
}
