import type { Clock } from '../shared/clock.port';
import type { EntityStore } from '../shared/entity-store.port';
import type { SagaStepRequest, StepOutcome } from '../shared/saga-step.contract';
import { causeOfStep } from '../shared/saga-step-cause';
import { untilFresh } from '../shared/until-fresh';
import type { BookShipmentData } from './book-shipment.contract';
import type { Carrier } from './carrier.port';
import type { Shipment } from './shipment';
import { bookingOutcome, decideBooking, shipmentAfter } from './shipment-booking';
import { parcelKeyOf } from './shipment-keys';
import { shipmentEvent } from './shipping-events';

export interface BookShipmentDeps {
  readonly shipments: EntityStore<Shipment>;
  readonly carrier: Carrier;
  readonly clock: Clock;
}

/**
 * Books an order's parcel once. The carrier is called before the one write: when the write is lost, the next try books the
 * same parcel under the same key.
 * @throws ProviderUnavailableError the booking may or may not have happened; the saga tries again
 * @throws StaleEntityError the shipment kept changing; the saga tries again
 */
export const bookShipment =
  ({ shipments, carrier, clock }: BookShipmentDeps) =>
  (request: SagaStepRequest<BookShipmentData>): Promise<StepOutcome> =>
    untilFresh(async () => {
      const { orderId, shipTo } = request.data;
      const cause = causeOfStep(request);
      // Also when nothing is left to do: from now on only the region that runs the saga may recall this parcel.
      const stored = await shipments.claim(orderId, await shipments.find(orderId), cause);
      const decision = decideBooking(stored?.state);
      if (decision.kind === 'answer') return decision.outcome;
      const answer = await carrier.book({ parcelKey: parcelKeyOf(orderId), reference: orderId, shipTo });
      const state = shipmentAfter(answer, clock.now());
      const events = [shipmentEvent(orderId, state)];
      await shipments.commit({ id: orderId, basedOn: stored, state, events, cause });
      return bookingOutcome(state);
    });
