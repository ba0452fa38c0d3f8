import type { Order } from './order';

/** How an item is listed in the table's sparse index `cases`; absent attributes take it off. */
export interface UnfinishedListing {
  readonly caseStatus: string | undefined;
  readonly openedAt: string | undefined;
}

const listOf = (digit: string): string => `UNFINISHED#${digit}`;

/**
 * The lists that unfinished orders are on: one a first digit of the order's id, which is as good as random. One list for all would be one
 * partition of the index, and hold every order of the store to what a single partition can write.
 */
export const unfinishedLists: readonly string[] = Array.from({ length: 16 }, (_, digit) => listOf(digit.toString(16)));

/** An order is listed, by the time of its placing, as long as an execution has to bring it to an end: while PENDING or CANCELLING. */
export const unfinishedListing = ({ orderId, status, placedAt }: Order): UnfinishedListing => {
  const isUnfinished = status === 'PENDING' || status === 'CANCELLING';
  return isUnfinished
    ? { caseStatus: listOf(orderId.charAt(0)), openedAt: placedAt }
    : { caseStatus: undefined, openedAt: undefined };
};
