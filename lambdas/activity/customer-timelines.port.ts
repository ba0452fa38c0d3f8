import type { TimelineEvent } from './read-activity.contract';

/** The events of one visit, or of one order. */
export interface TimelineEntity {
  /** `visit/<id>` or `order/<id>`. */
  readonly entity: string;
  /** In no particular order, and without a gap: what comes after one that is missing is not there yet. */
  readonly events: readonly TimelineEvent[];
}

/** What the consumer of the log has made of it, by customer. */
export interface CustomerTimelines {
  /** Everything of a customer, in no particular order; nothing of one that nobody has heard of. */
  of(customerId: string): Promise<readonly TimelineEntity[]>;
}
