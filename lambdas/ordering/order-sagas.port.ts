import type { SagaStart } from './saga-execution';

/** Runs of the order saga. */
export interface OrderSagas {
  /** Starts an execution; a name that was used before is never started a second time. Requests within a minute may all be told `started`. */
  start(saga: SagaStart): Promise<'started' | 'already-started'>;
}
