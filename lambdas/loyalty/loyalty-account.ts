/** A customer's points. */
export interface LoyaltyAccount {
  readonly customerId: string;
  /** Points earned so far. */
  readonly balance: number;
}

/** Minor units of any currency that earn one point. */
export const minorUnitsPerPoint = 100;

/** What a confirmed order changes about an account. */
export type CreditDecision =
  | { readonly kind: 'credit'; readonly account: LoyaltyAccount; readonly points: number }
  | { readonly kind: 'nothing' };

/** How many points a confirmed order earns: one for each full 100 minor units. */
export const decideCredit = (
  account: LoyaltyAccount | undefined,
  { customerId, totalMinor }: { readonly customerId: string; readonly totalMinor: number },
): CreditDecision => {
  const points = Math.floor(totalMinor / minorUnitsPerPoint);
  if (points < 1) return { kind: 'nothing' };
  return { kind: 'credit', points, account: { customerId, balance: (account?.balance ?? 0) + points } };
};
