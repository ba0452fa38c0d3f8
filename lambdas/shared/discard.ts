import * as z from 'zod/mini';
import { type DiscardMessage, discardRequest } from './discard-message.contract';
import { fieldIssues } from './issue-text';
import { DiscardRefusedError } from './parking.errors';

/** An invocation that asks to discard a message, whether or not it fits the contract. */
export interface DiscardCall {
  readonly discardMessage: unknown;
}

/** What came of it. `closed`: nothing waited behind the message, so its group goes on. `refused`: nothing was changed. */
export type DiscardResult =
  | { readonly outcome: 'discarded'; readonly caseId: string; readonly number: number; readonly closed: boolean }
  | { readonly outcome: 'refused'; readonly reason: string };

/** Whether an invocation is a request to discard a message and not a batch of records. */
export const isDiscardCall = (event: unknown): event is DiscardCall =>
  typeof event === 'object' && event !== null && 'discardMessage' in event;

/**
 * Checks the request by its contract and hands it to `discard`, which answers whether the case was closed. What is wrong with
 * the request is an answer and no error: an operator's slip is nothing to wake somebody up for.
 */
export const answerDiscard = async (
  call: DiscardCall,
  discard: (message: DiscardMessage) => Promise<boolean>,
): Promise<DiscardResult> => {
  const parsed = z.safeParse(discardRequest, call);
  if (!parsed.success) {
    const faults = fieldIssues(parsed.error).map(({ field, expected }) => `${field}: expected ${expected}`);
    return { outcome: 'refused', reason: faults.join('; ') };
  }
  const { caseId, number } = parsed.data.discardMessage;
  try {
    return { outcome: 'discarded', caseId, number, closed: await discard(parsed.data.discardMessage) };
  } catch (error) {
    if (!(error instanceof DiscardRefusedError)) throw error;
    return { outcome: 'refused', reason: error.message };
  }
};
