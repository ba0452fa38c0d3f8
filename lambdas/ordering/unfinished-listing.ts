import type { Order } from './order';
import { unfinishedListOf } from './unfinished-orders.contract';

/** How an item is listed in the table's sparse index `cases`; absent attributes take it off. */
export interface UnfinishedListing {
  readonly caseStatus: string | undefined;
  readonly openedAt: string | undefined;
}

/** An order is listed, by the time of its placing, as long as an execution has to bring it to an end: while PENDING or CANCELLING. */
export const unfinishedListing = ({ orderId, status, placedAt }: Order): UnfinishedListing => {
  const isUnfinished = status === 'PENDING' || status === 'CANCELLING';
  return isUnfinished
    ? { caseStatus: unfinishedListOf(orderId.charAt(0)), openedAt: placedAt }
    : { caseStatus: undefined, openedAt: undefined };
};
