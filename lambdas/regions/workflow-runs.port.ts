/** Executions of a state machine, by what their names begin with. */
export interface WorkflowRuns {
  /** How far the executions whose names begin with `<prefix>.` have come; `none` when there is none, or each of them has failed. */
  progressOf(prefix: string): Promise<'none' | 'running' | 'succeeded'>;
  /** Starts one. */
  start(name: string, input: { readonly [field: string]: unknown }): Promise<void>;
}
