import type { StepOutcome } from '../shared/saga-step.contract';
import type { ParcelAnswer } from './carrier.port';
import type { Shipment } from './shipment';

export type BookingDecision = { readonly kind: 'book' } | { readonly kind: 'answer'; readonly outcome: StepOutcome };

/** The answer that a settled shipment gives to every further request to book its order. */
export const bookingOutcome = (shipment: Shipment): StepOutcome => {
  switch (shipment.status) {
    case 'BOOKED':
    case 'DISPATCHED':
      return { outcome: 'done', detail: { parcelId: shipment.parcelId } };
    case 'REFUSED':
      return { outcome: 'refused', reason: shipment.reason };
    case 'RECALLED':
      return { outcome: 'refused', reason: 'compensated-first' };
  }
};

/** Whether the carrier is to be asked, or what the shipment's earlier fate answers. */
export const decideBooking = (stored: Shipment | undefined): BookingDecision =>
  stored === undefined ? { kind: 'book' } : { kind: 'answer', outcome: bookingOutcome(stored) };

/** The shipment that the carrier's definite answer makes. */
export const shipmentAfter = (answer: ParcelAnswer, now: Date): Shipment => {
  const at = now.toISOString();
  switch (answer.kind) {
    case 'booked':
      return { status: 'BOOKED', parcelId: answer.parcelId, bookedAt: at };
    case 'refused':
      return { status: 'REFUSED', reason: answer.reason, refusedAt: at };
    case 'recalled':
      // Our own recall came first and has told the carrier already, but not yet our table.
      return { status: 'RECALLED', recalledAt: at };
  }
};
