import type { ApiAnswer } from '../shared/api-route';
import { ConflictProblem, NotFoundProblem } from '../shared/problem';
import type { CancelledOrder } from './cancel-order.contract';
import type { CancellationDecision } from './order-cancellation';

/**
 * What a client is answered; asking again is answered the same.
 * @throws NotFoundProblem no such order of this client
 * @throws ConflictProblem says why it is too late
 */
export const cancelOrderAnswer = (decision: CancellationDecision): ApiAnswer<CancelledOrder> => {
  switch (decision.kind) {
    case 'cancel':
    case 'already': {
      const { orderId, cancelRequestedAt } = decision;
      return { status: 202, body: { orderId, status: 'CANCELLING', cancelRequestedAt } };
    }
    case 'not-found':
      throw new NotFoundProblem('there is no such order of this client');
    case 'too-late':
      throw new ConflictProblem(decision.explanation);
  }
};
