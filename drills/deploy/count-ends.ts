import { type Figure, informative, none } from '../harness/figure';
import type { Ending } from '../saga/wait-for-ends';
import type { MixedLoad } from './mixed-load';

/** Name of what is counted. */
export const endsFigure = 'orders of clients that did not end as they should';

/** Counts how clients' orders ended: confirmed, or cancelled where that was taken. Both forms of orders are among them. */
export const countEnds = (
  { taken, cancelled }: Pick<MixedLoad, 'taken' | 'cancelled'>,
  ends: ReadonlyMap<string, Ending>,
): readonly Figure[] => {
  const wrong = taken.flatMap(({ orderId }) => {
    const expected = cancelled.has(orderId) ? 'CANCELLED' : 'CONFIRMED';
    const status = ends.get(orderId)?.status ?? 'no end';
    return status === expected ? [] : [`${orderId}: ${status}, expected ${expected}`];
  });
  return [informative('orders that clients have placed', taken.length), none(endsFigure, wrong)];
};
