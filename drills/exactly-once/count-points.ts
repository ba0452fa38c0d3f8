import { exactly, type Figure, none } from '../harness/figure';
import { type PointsOrder, pointsOf } from './points-load';

/** What loyalty's table holds after the load, as far as it concerns the drill's own customers. */
export interface PointsEvidence {
  readonly accounts: readonly { readonly customerId: string; readonly points: number }[];
  /** Subjects of the cases that are still open. */
  readonly openCases: readonly string[];
}

/** The figures of this count, by the names under which protections refer to them. */
export const pointsFigures = {
  lost: 'points lost',
  extra: 'points credited twice',
  wrongAccounts: 'accounts with a wrong balance',
  sum: 'points in all accounts',
  parked: 'events still parked',
} as const;

/** Compares every balance with what the customer's orders are worth. */
export const countPoints = (orders: readonly PointsOrder[], { accounts, openCases }: PointsEvidence): Figure[] => {
  const due = new Map<string, number>();
  for (const { customerId, totalMinor } of orders)
    due.set(customerId, (due.get(customerId) ?? 0) + pointsOf(totalMinor));
  const held = new Map(accounts.map(({ customerId, points }) => [customerId, points]));
  const differences = [...new Set([...due.keys(), ...held.keys()])].map((customerId) => ({
    customerId,
    difference: (held.get(customerId) ?? 0) - (due.get(customerId) ?? 0),
  }));
  const total = (list: Iterable<number>): number => [...list].reduce((sum, points) => sum + points, 0);
  return [
    exactly(pointsFigures.lost, total(differences.map(({ difference }) => Math.max(0, -difference))), 0, 'points'),
    exactly(pointsFigures.extra, total(differences.map(({ difference }) => Math.max(0, difference))), 0, 'points'),
    none(
      pointsFigures.wrongAccounts,
      differences.filter(({ difference }) => difference !== 0).map(({ customerId }) => customerId),
    ),
    exactly(pointsFigures.sum, total(held.values()), total(due.values()), 'points'),
    none(pointsFigures.parked, openCases),
  ];
};
