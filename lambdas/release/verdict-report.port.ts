import type { CanaryVerdict } from './canary-verdict';

/** What the outside is told of verdicts. */
export interface VerdictReport {
  /** Counts it, by operation and verdict. */
  judged(operation: string, verdict: CanaryVerdict['verdict']): void;
}
