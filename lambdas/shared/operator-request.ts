import type { Context } from 'aws-lambda';
import { answerDiscard, type DiscardCall, type DiscardResult, isDiscardCall } from './discard';
import type { Log } from './log.port';
import type { ParkedMessage, Parking } from './parking.port';
import { isRedriveRequest, type RedriveRequest, type RedriveResult, redrive } from './redrive';

/** What an operator may send to a function that parks messages. */
export type OperatorRequest = RedriveRequest | DiscardCall;

/** What the function answers an operator. */
export type OperatorAnswer = RedriveResult | DiscardResult;

/** Whose cases they are, and how a parked message is handled again. */
export interface OperatorDesk {
  /** Name in logs. */
  readonly consumer: string;
  readonly parking: Parking;
  readonly handleAgain: (message: ParkedMessage) => Promise<void>;
  readonly log: Log;
}

/** A redrive takes no further message when less than this is left of the invocation, in milliseconds. */
const REDRIVE_RESERVE_MS = 5_000;

/** Whether an invocation comes from an operator and is not a batch of records. */
export const isOperatorRequest = (event: unknown): event is OperatorRequest =>
  isRedriveRequest(event) || isDiscardCall(event);

/** Re-drives a parked case, or discards the first message that waits in it, which closes the case when it was the last. */
export const answerOperator = async (
  { consumer, parking, handleAgain, log }: OperatorDesk,
  request: OperatorRequest,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<OperatorAnswer> => {
  if (isDiscardCall(request)) {
    const result = await answerDiscard(request, async ({ caseId, number, ...why }) => {
      await parking.discard(caseId, number, why);
      log.warn('parked message discarded', { consumer, caseId, number, ...why });
      return parking.close(caseId, 'discarded');
    });
    if (result.outcome === 'refused') log.info('discard refused', { consumer, ...result });
    return result;
  }
  const hasTime = () => context.getRemainingTimeInMillis() > REDRIVE_RESERVE_MS;
  const result = await redrive(parking, request.redriveCase, handleAgain, hasTime);
  log.info('case re-driven', { consumer, ...result });
  return result;
};
