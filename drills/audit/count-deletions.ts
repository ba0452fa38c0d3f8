import { type Figure, informative, none } from '../harness/figure';
import type { Attempts } from './try-deletions';

/** The figures of this count. */
export const deletionFigures = {
  deleted: 'locked versions deleted',
  permitted: 'attempts against the lock that were permitted',
} as const;

/** Counts what an administrator could do against the lock. */
export const countDeletions = ({ attempts, deleted }: Attempts): Figure[] => [
  informative('attempts against the lock', attempts.length),
  none(deletionFigures.deleted, deleted),
  none(
    deletionFigures.permitted,
    attempts.filter(({ refusal }) => refusal === undefined).map(({ what }) => what),
  ),
];
