import type { AccessRecord } from '../../lambdas/shared/access-record.contract';
import { type Figure, none } from '../harness/figure';
import type { Rung } from './traffic';

/** The figures of this count. */
export const completenessFigures = {
  silent: 'requests that nobody watched and completeness did not name',
  restless: 'requests that completeness still named when the watch was back',
} as const;

/** Holds what completeness named against what was answered while nobody watched. @param stored tell which request an access was */
export const countCompleteness = ({ unwatched, named, left }: Rung, stored: readonly AccessRecord[]): Figure[] => {
  const requests = new Map(stored.map(({ correlationId, requestId }) => [correlationId, requestId]));
  const silent = unwatched.filter((correlationId) => !named.has(requests.get(correlationId) ?? ''));
  return [none(completenessFigures.silent, silent), none(completenessFigures.restless, [...left])];
};
