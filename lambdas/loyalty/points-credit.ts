/**
 * The points of one order. A customer's balance is the sum of their credits: a set that only grows, to which each order adds the same
 * credit wherever it is made, so that two regions cannot overwrite each other's sums.
 */
export interface PointsCredit {
  readonly customerId: string;
  readonly orderId: string;
  /** At least one. */
  readonly points: number;
  /** When the order was confirmed, which is what earns them. RFC 3339, UTC. */
  readonly creditedAt: string;
}

/** Minor units of any currency that earn one point. */
export const minorUnitsPerPoint = 100;

/** What of a confirmed order earns points. */
export interface EarningOrder {
  readonly customerId: string;
  readonly orderId: string;
  /** In minor units of the order's currency. */
  readonly totalMinor: number;
}

/** What a confirmed order earns. */
export type CreditDecision =
  | { readonly kind: 'credit'; readonly credit: PointsCredit }
  /** It is credited already, or worth less than a point. */
  | { readonly kind: 'nothing' };

/** How many points a confirmed order earns: one for each full 100 minor units, once. */
export const decideCredit = (
  known: PointsCredit | undefined,
  { customerId, orderId, totalMinor }: EarningOrder,
  creditedAt: string,
): CreditDecision => {
  const points = Math.floor(totalMinor / minorUnitsPerPoint);
  if (known !== undefined || points < 1) return { kind: 'nothing' };
  return { kind: 'credit', credit: { customerId, orderId, points, creditedAt } };
};
