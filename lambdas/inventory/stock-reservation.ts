import type { StepOutcome } from '../shared/saga-step.contract';
import { mergedLines, type Reservation, type ReservedLine } from './reservation';

export type ReservationDecision =
  | { readonly kind: 'hold'; readonly reservation: Extract<Reservation, { status: 'HELD' }> }
  | { readonly kind: 'answer'; readonly outcome: StepOutcome };

/** Whether an order's stock is to be held now, or what its earlier fate answers. */
export const decideReservation = (
  stored: Reservation | undefined,
  lines: readonly ReservedLine[],
  now: Date,
): ReservationDecision => {
  switch (stored?.status) {
    case undefined:
      return { kind: 'hold', reservation: { status: 'HELD', lines: mergedLines(lines), heldAt: now.toISOString() } };
    case 'HELD':
      return { kind: 'answer', outcome: { outcome: 'done' } };
    case 'REFUSED':
      return { kind: 'answer', outcome: { outcome: 'refused', reason: stored.reason } };
    case 'RELEASED':
      return { kind: 'answer', outcome: { outcome: 'refused', reason: 'compensated-first' } };
  }
};
