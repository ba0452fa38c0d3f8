import type { AccessRecord } from './access-record.contract';

/** Where records of accesses are handed in. */
export interface AuditTrail {
  /**
   * Resolves once the record cannot be lost any more.
   * @throws AuditUnavailableError neither the trail nor its backlog took it
   */
  record(record: AccessRecord): Promise<void>;
}
