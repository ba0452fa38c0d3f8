import type { FailedExecution } from './recover-failed-saga.contract';

/** Executions of the order saga that ended without an end of their own. */
export interface FailedExecutions {
  /** Those that ended at `since` or later, page by page; a page may be empty. */
  endedSince(since: Date): AsyncIterable<readonly FailedExecution[]>;
}
