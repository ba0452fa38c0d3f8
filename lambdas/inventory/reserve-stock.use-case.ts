import type { Clock } from '../shared/clock.port';
import type { SagaStepRequest, StepOutcome } from '../shared/saga-step.contract';
import { causeOfStep } from '../shared/saga-step-cause';
import { untilFresh } from '../shared/until-fresh';
import { stockRefused, stockReserved } from './inventory-events';
import { type ReservationLedger, StockShortageError } from './reservation-ledger.port';
import type { ReserveStockData } from './reserve-stock.contract';
import { decideReservation } from './stock-reservation';

export interface ReserveStockDeps {
  readonly ledger: ReservationLedger;
  readonly clock: Clock;
}

/**
 * Holds all of an order's stock or none of it, once.
 * @throws StaleEntityError the reservation kept changing; the saga tries again
 */
export const reserveStock =
  ({ ledger, clock }: ReserveStockDeps) =>
  (request: SagaStepRequest<ReserveStockData>): Promise<StepOutcome> =>
    untilFresh(async () => {
      const { orderId, lines } = request.data;
      const now = clock.now();
      const cause = causeOfStep(request);
      // Also when nothing is left to do: from now on only the region that runs the saga may give this stock back.
      const stored = await ledger.claim(orderId, await ledger.find(orderId), cause);
      const decision = decideReservation(stored?.state, lines, now);
      if (decision.kind === 'answer') return decision.outcome;
      const { reservation } = decision;
      const change = { id: orderId, basedOn: stored, cause };
      try {
        const events = [stockReserved(orderId, reservation)];
        const move = { direction: 'hold', lines: reservation.lines } as const;
        await ledger.commitMoving({ ...change, state: reservation, events }, move);
        return { outcome: 'done' };
      } catch (error) {
        if (!(error instanceof StockShortageError)) throw error;
        const { sku, reason } = error;
        const state = { status: 'REFUSED', reason, sku, refusedAt: now.toISOString() } as const;
        await ledger.commit({ ...change, state, events: [stockRefused(orderId, state)] });
        return { outcome: 'refused', reason };
      }
    });
