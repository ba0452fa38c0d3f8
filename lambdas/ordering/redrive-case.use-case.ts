import type { Clock } from '../shared/clock.port';
import type { EntityStore } from '../shared/entity-store.port';
import { untilFresh } from '../shared/until-fresh';
import type { Order } from './order';
import { UnknownCaseError, UnknownOrderError } from './order.errors';
import type { OrderCases } from './order-cases.port';
import { decideRedrive } from './order-redrive';
import type { OrderSagas } from './order-sagas.port';
import type { RedriveRequest } from './redrive-case.contract';
import { sagaStartOf } from './saga-execution';

/** What redrive-case needs. */
export interface RedriveCaseDeps {
  readonly orders: EntityStore<Order>;
  readonly cases: OrderCases;
  /** Executions of the given state machine. */
  readonly sagasOf: (stateMachineArn: string) => OrderSagas;
  readonly clock: Clock;
}

/** What a redrive has brought about. */
export interface RedriveOutcome {
  readonly caseId: string;
  /** `not-now`: nothing was done and the case stays open, because an execution of the order is under way. */
  readonly outcome: 'closed' | 'not-now';
  /** Execution that was started; absent when nothing was left to do. */
  readonly execution?: string;
  /** For the operator. */
  readonly explanation: string;
  /** Why not now. */
  readonly reason?: string;
}

/**
 * Runs the rest of a parked order's saga, with the saga that the request names or else the one that has opened the case, and closes the case. It is opened again if the saga has to give up again.
 * @throws UnknownCaseError there is no such case
 * @throws UnknownOrderError the case's order is not in ordering's table
 * @throws ForeignHomeError another region has the order: redrive the case there
 * @throws RegionFencedError this region may not write now
 */
export const redriveCase =
  ({ orders, cases, sagasOf, clock }: RedriveCaseDeps) =>
  async ({ redriveCase: caseId, stateMachineArn }: RedriveRequest): Promise<RedriveOutcome> => {
    const parked = await cases.find(caseId);
    if (parked === undefined) throw new UnknownCaseError(caseId);
    if (parked.status === 'CLOSED') return { caseId, outcome: 'closed', explanation: 'the case is closed already' };
    const { orderId } = parked;
    const decision = await untilFresh(async () => {
      const found = await orders.find(orderId);
      if (found === undefined) throw new UnknownOrderError(orderId);
      const decided = decideRedrive(found.state, parked);
      const cause = { correlationId: orderId, causationId: caseId };
      const basedOn = await orders.claim(orderId, found, cause);
      if (decided.kind === 'start')
        await orders.commit({ id: orderId, basedOn, state: decided.order, events: [], cause });
      return decided;
    });
    const at = clock.now().toISOString();
    switch (decision.kind) {
      case 'refuse':
        return { caseId, outcome: 'not-now', explanation: 'the case stays open', reason: decision.why };
      case 'resolved':
        await cases.close(parked, { as: `resolved: ${decision.why}`, at });
        return { caseId, outcome: 'closed', explanation: `nothing is left to do: ${decision.why}` };
      case 'start':
      case 'start-again': {
        const saga = sagaStartOf(decision.order, decision.entry);
        // Started first: were the case closed before, a crash in between would lose the order.
        await sagasOf(stateMachineArn ?? parked.redrive.stateMachineArn).start(saga);
        await cases.close(parked, { as: `redriven by execution ${saga.name}`, at });
        const explanation = `execution ${saga.name} resumes at "${decision.entry}"`;
        return { caseId, outcome: 'closed', execution: saga.name, explanation };
      }
    }
  };
