import type { Completeness } from './completeness';

/** Tells what comparisons came to. */
export interface CompletenessReport {
  compared(completeness: Completeness): void;
}
