import type { RecordClass } from '../shared/access-record.contract';

/** Takes lines to the store. */
export interface LineDelivery {
  /** Resolves once all lines are taken; a failure may have taken some of them. */
  deliver(recordClass: RecordClass, lines: readonly string[]): Promise<void>;
}
