import { accessRecord } from '../shared/access-record.contract';
import type { AuditTrail } from '../shared/audit-trail.port';

/**
 * Puts a record that waited in the backlog to the stream.
 * @throws ZodError it is no record: it comes again until the dead-letter queue has it, with an alarm
 * @throws AuditUnavailableError the stream is still away: it comes again later
 */
export const drainBacklog =
  ({ trail }: { readonly trail: AuditTrail }) =>
  async (body: string): Promise<void> =>
    trail.record(accessRecord.parse(JSON.parse(body)));
