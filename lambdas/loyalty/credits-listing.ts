import type { PointsCredit } from './points-credit';

/** The list of a customer's credits in the table's sparse index `cases`; their sum is the customer's balance. */
export const creditsOf = (customerId: string): string => `CREDITS#${customerId}`;

/** How a credit is listed: among its customer's, by the time at which it was earned. */
export const creditsListing = ({ customerId, creditedAt }: PointsCredit) => ({
  caseStatus: creditsOf(customerId),
  openedAt: creditedAt,
});
