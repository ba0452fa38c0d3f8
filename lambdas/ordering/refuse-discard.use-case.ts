import type { DiscardMessage } from '../shared/discard-message.contract';
import { decideDiscard } from '../shared/message-discard';
import { DiscardRefusedError } from '../shared/parking.errors';
import type { OrderCases } from './order-cases.port';

/** What refuse-discard needs. */
export interface RefuseDiscardDeps {
  readonly cases: Pick<OrderCases, 'find'>;
}

/**
 * An order's case holds no message: there is nothing that could be left out, and the operator is told why.
 * @throws DiscardRefusedError always
 */
export const refuseDiscard =
  ({ cases }: RefuseDiscardDeps) =>
  async ({ caseId, number }: DiscardMessage): Promise<never> => {
    const known = await cases.find(caseId);
    const about = known && { kind: known.kind, open: known.status === 'OPEN', count: 0, handled: 0 };
    const decision = decideDiscard(about, number);
    throw new DiscardRefusedError(caseId, decision.kind === 'refuse' ? decision.why : 'it holds no message');
  };
