/** Where an execution stands; `failed` is whatever ended without an end of its own. */
export type ExecutionStatus = 'running' | 'succeeded' | 'failed';

/** Executions of the order saga in this region, as they are known by their names. */
export interface SagaExecutions {
  /** Where the execution of this name stands; `undefined` when none was started. Seconds behind at worst. */
  statusOf(name: string): Promise<ExecutionStatus | undefined>;
}
