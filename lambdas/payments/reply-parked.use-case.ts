import type { ParkedDelivery } from '../shared/fifo-consumer-options';
import type { SagaReplies } from '../shared/saga-replies.port';

/** Tells the saga that its command waits for an operator, so that it compensates now instead of waiting for its timeout. */
export const replyParked =
  ({ replies }: { readonly replies: SagaReplies }) =>
  async ({ caseId, reason, message }: ParkedDelivery): Promise<void> => {
    if (message?.tasktoken === undefined) return;
    await replies.fail(message.tasktoken, 'Parked', `the charge waits as case ${caseId}: ${reason}`);
  };
