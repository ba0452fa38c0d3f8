import type { AccessRecord } from '../../../lambdas/shared/access-record.contract';
import { accessRecord } from '../../../lambdas/shared/access-record.contract';
import { AuditUnavailableError } from '../../../lambdas/shared/audit.errors';
import type { AuditTrail } from '../../../lambdas/shared/audit-trail.port';

/** A trail in memory: refuses a record that does not fit its contract, and everything while it is away. */
export class InMemoryAuditTrail implements AuditTrail {
  readonly records: AccessRecord[] = [];
  isAway = false;

  async record(record: AccessRecord): Promise<void> {
    if (this.isAway) throw new AuditUnavailableError(`record ${record.recordId} was not taken`);
    this.records.push(accessRecord.parse(record));
  }
}
