import type { AccessOutcome, AccessRecord } from '../../lambdas/shared/access-record.contract';
import { heldRecords } from '../../local/audit/held-records';
import { type Figure, informative, none } from '../harness/figure';

/** A request and its answer. */
export interface AnsweredAccess {
  readonly correlationId: string;
  readonly action: string;
  /** @default nothing was answered */
  readonly status?: number;
}

/** The figures of this count, by the names under which protections refer to them. */
export const recordFigures = {
  missing: 'answered accesses without a record',
  doubled: 'answered accesses with more than one record',
  wrong: 'records that say another end than was answered',
} as const;

/** What a function answers that has touched data; what the gateway or a dying worker answers is none of them. */
const isAnswered = ({ status = 0 }: AnsweredAccess): boolean =>
  (status >= 200 && status < 300) || [403, 404, 409].includes(status);

const outcomeOf = (status: number): AccessOutcome => {
  if (status < 300) return 'granted';
  if (status === 403) return 'denied';
  return status === 404 ? 'not-found' : 'failed';
};

/**
 * Holds what was answered against what is stored.
 * @param stored as the store has them: repeats and both revisions
 */
export const countRecords = (accesses: readonly AnsweredAccess[], stored: readonly AccessRecord[]): Figure[] => {
  const known = new Set(accesses.map(({ correlationId }) => correlationId));
  const own = stored.filter(({ correlationId }) => known.has(correlationId));
  const held = heldRecords(own);
  const byAccess = Map.groupBy(held, ({ correlationId }) => correlationId);
  const recordsOf = ({ correlationId }: AnsweredAccess): readonly AccessRecord[] => byAccess.get(correlationId) ?? [];
  const answered = accesses.filter(isAnswered);
  const nameOf = (access: AnsweredAccess): string => `${access.action} ${access.correlationId}`;
  const named = (fits: (access: AnsweredAccess, records: readonly AccessRecord[]) => boolean): readonly string[] =>
    answered.filter((access) => fits(access, recordsOf(access))).map(nameOf);
  const revisions = new Set(own.map(({ recordId, revision }) => `${recordId} ${revision}`));
  return [
    informative('accesses answered', answered.length),
    none(
      recordFigures.missing,
      named((_, records) => records.length === 0),
    ),
    none(
      recordFigures.doubled,
      named((_, records) => records.length > 1),
    ),
    none(
      recordFigures.wrong,
      named(({ status = 0, action }, records) =>
        records.some((record) => record.outcome !== outcomeOf(status) || record.action !== action),
      ),
    ),
    informative('requests without such an answer', accesses.length - answered.length),
    informative(
      'of them with a record',
      accesses.filter((access) => !isAnswered(access) && recordsOf(access).length > 0).length,
    ),
    informative('lines stored again, which count once', own.length - revisions.size),
  ];
};
