import type { LedgerEntry } from './effect';

/** Part of a ledger. */
export interface LedgerPage {
  readonly entries: readonly LedgerEntry[];
  /** Where to go on; absent on the last page. */
  readonly next?: string;
}

/** What one of the sandbox's services has done: the truth that drills count. */
export interface EffectLedger {
  /** By reference, in one stable order. `from` is the `next` of the page before. */
  page(query: { readonly reference?: string; readonly from?: string; readonly limit: number }): Promise<LedgerPage>;
}
