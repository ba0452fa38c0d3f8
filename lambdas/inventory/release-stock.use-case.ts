import type { Clock } from '../shared/clock.port';
import type { SagaStepRequest, StepOutcome } from '../shared/saga-step.contract';
import { causeOfStep } from '../shared/saga-step-cause';
import { untilFresh } from '../shared/until-fresh';
import { stockReleased } from './inventory-events';
import type { ReleaseStockData } from './release-stock.contract';
import type { ReservationLedger } from './reservation-ledger.port';
import { decideRelease } from './stock-release';

export interface ReleaseStockDeps {
  readonly ledger: ReservationLedger;
  readonly clock: Clock;
}

/**
 * Gives back what an order holds, once; if it holds nothing yet, sees to it that it never will.
 * @throws StaleEntityError the reservation kept changing; the saga tries again
 */
export const releaseStock =
  ({ ledger, clock }: ReleaseStockDeps) =>
  (request: SagaStepRequest<ReleaseStockData>): Promise<StepOutcome> =>
    untilFresh(async () => {
      const { orderId } = request.data;
      const cause = causeOfStep(request);
      const stored = await ledger.claim(orderId, await ledger.find(orderId), cause);
      const decision = decideRelease(stored?.state, clock.now());
      if (decision.kind === 'nothing-held') return { outcome: 'done', detail: { released: false } };
      const { reservation: state } = decision;
      const events = [stockReleased(orderId, state)];
      const change = { id: orderId, basedOn: stored, state, events, cause };
      if (decision.kind === 'entomb') await ledger.commit(change);
      else await ledger.commitMoving(change, { direction: 'return', lines: state.lines });
      return { outcome: 'done', detail: { released: decision.kind === 'release' } };
    });
