import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { DuplicateMessageError, SideConditionError, StaleEntityError } from './entity-store.errors';

/** What a cancelled commit consisted of. Its own items come first: the marker if there is a message, then the entity. */
export interface CommitParts {
  readonly subject: string;
  readonly messageId: string | undefined;
  readonly ownItems: number;
}

type Reason = NonNullable<TransactionCanceledException['CancellationReasons']>[number];

const refused = ({ Code }: Reason): boolean => Code === 'ConditionalCheckFailed';
const contended = ({ Code }: Reason): boolean => Code === 'TransactionConflict';
const itemOf = ({ Item }: Reason) => (Item && Object.keys(Item).length > 0 ? unmarshall(Item) : undefined);

/**
 * Says in the store's words why a transaction was cancelled. A repeated message comes first: it makes every other reason moot.
 * Two transactions at the same item at the same time are the same to the caller as a changed entity: read and decide again.
 */
export const cancellationError = (error: unknown, { subject, messageId, ownItems }: CommitParts): unknown => {
  if (!(error instanceof TransactionCanceledException)) return error;
  const options = { cause: error };
  const reasons = error.CancellationReasons ?? [];
  const [first] = reasons;
  if (messageId !== undefined && first && refused(first)) {
    return new DuplicateMessageError(messageId, itemOf(first)?.['outcome'], options);
  }
  if (reasons.slice(0, ownItems).some(refused) || reasons.some(contended))
    return new StaleEntityError(subject, options);
  const side = reasons.findIndex(refused);
  const reason = reasons[side];
  if (reason) return new SideConditionError(side - ownItems, itemOf(reason), options);
  return error;
};
