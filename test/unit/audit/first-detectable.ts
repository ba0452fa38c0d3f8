import { limitsOf } from '../../../lambdas/audit/access-limits';
import type { AccessProfile } from '../../../lambdas/audit/access-profile';
import type { ArrivingAccess, Attack } from './access-traffic';

const MINUTE = 60_000;

/** How many different values there are among what happened in the span before. */
const distinct = (values: readonly { readonly atMs: number; readonly value: string }[], atMs: number, spanMs: number) =>
  new Set(values.filter((one) => one.atMs <= atMs && one.atMs > atMs - spanMs).map(({ value }) => value)).size;

/**
 * When an attack could first be known for one, counted exactly: the time of the access by which a limit is reached, or of the first one where
 * a single access is enough. In milliseconds since 1970; `undefined`: never.
 */
export const firstDetectable = (
  attack: Attack,
  arriving: readonly ArrivingAccess[],
  profile: AccessProfile,
): number | undefined => {
  const limits = limitsOf(profile);
  const inOrder = arriving.map(({ access }) => access).sort((one, other) => one.atMs - other.atMs);
  const subjects = inOrder.map(({ atMs, subject = '' }) => ({ atMs, value: subject }));
  const refusals = inOrder.filter(({ refused }) => refused).map(({ atMs, recordId }) => ({ atMs, value: recordId }));
  const isReached = (atMs: number): boolean => {
    if (attack === 'mass-reads')
      return (
        distinct(subjects, atMs, 5 * MINUTE) >= limits.subjectsInFiveMinutes ||
        distinct(subjects, atMs, 60 * MINUTE) >= limits.subjectsInAnHour
      );
    return attack !== 'denied-burst' || distinct(refusals, atMs, 60 * MINUTE) >= limits.refusalsInAnHour;
  };
  return inOrder.find(({ atMs }) => isReached(atMs))?.atMs;
};
