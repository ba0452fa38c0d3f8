import { type AccessOutcome, type AccessRecord, recordIdOf } from '../shared/access-record.contract';
import type { AuditTrail } from '../shared/audit-trail.port';
import type { Clock } from '../shared/clock.port';
import type { SubjectTokens } from '../shared/subject-tokens';
import type { EraseSubjectAnswer, EraseSubjectRequest } from './erase-subject.contract';

/** What record-erasure needs. */
export interface RecordErasureDeps {
  readonly erase: (request: EraseSubjectRequest) => Promise<EraseSubjectAnswer>;
  readonly trail: AuditTrail;
  readonly tokenOf: SubjectTokens;
  readonly clock: Clock;
  /** The region that was asked. */
  readonly region: string;
}

const action = 'subject.erase';

const outcomes: { readonly [Kind in EraseSubjectAnswer['kind']]: AccessOutcome } = {
  erased: 'granted',
  'nothing-sealed': 'not-found',
  'not-sealing': 'denied',
};

/**
 * Erases, and records who has asked for it: before anything is destroyed, and again when it ended otherwise. Kept with the security records,
 * because an access record would be gone before anybody asks for proof. It names the subject by its token: the trail outlives the erasure.
 * @throws AuditUnavailableError nobody takes the record: nothing is erased
 * @throws ErasureIncompleteError as `eraseSubject`
 */
export const recordErasure =
  ({ erase, trail, tokenOf, clock, region }: RecordErasureDeps) =>
  async (request: EraseSubjectRequest, requestId: string): Promise<EraseSubjectAnswer> => {
    const first: AccessRecord = {
      ...{ recordId: recordIdOf(requestId, action), revision: 1, class: 'security' },
      actor: { id: request.operator, role: 'operator' },
      ...{ action, subject: `customer/${await tokenOf(request.customerId)}`, fields: [], purpose: 'lgpd-erasure' },
      // An operator comes through Lambda's API: CloudTrail knows from where.
      ...{ sourceIp: '', userAgent: '', requestId, correlationId: requestId },
      ...{ time: clock.now().toISOString(), outcome: 'granted', region },
    };
    await trail.record(first);
    const end = async (outcome: AccessOutcome): Promise<void> => {
      if (outcome !== 'granted') await trail.record({ ...first, revision: 2, outcome });
    };
    let answer: EraseSubjectAnswer;
    try {
      answer = await erase(request);
    } catch (error) {
      await end('failed');
      throw error;
    }
    await end(outcomes[answer.kind]);
    return answer;
  };
