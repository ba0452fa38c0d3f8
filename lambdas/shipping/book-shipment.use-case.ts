import { sealedOrderField, shippingAddress } from '../ordering/order-saga.contract';
import type { Clock } from '../shared/clock.port';
import type { EntityStore } from '../shared/entity-store.port';
import type { SagaStepRequest, StepOutcome } from '../shared/saga-step.contract';
import { causeOfStep } from '../shared/saga-step-cause';
import { SubjectErasedError } from '../shared/sealed.errors';
import type { FieldOpener } from '../shared/subject-seals';
import { untilFresh } from '../shared/until-fresh';
import type { BookShipmentData } from './book-shipment.contract';
import type { Carrier, ParcelAnswer } from './carrier.port';
import type { Shipment } from './shipment';
import { bookingOutcome, decideBooking, shipmentAfter } from './shipment-booking';
import { parcelKeyOf, recallKeyOf } from './shipment-keys';
import { shipmentEvent } from './shipping-events';

export interface BookShipmentDeps {
  readonly shipments: EntityStore<Shipment>;
  readonly carrier: Carrier;
  readonly open: FieldOpener;
  readonly clock: Clock;
}

/**
 * Asks the carrier for the parcel, under an address that is opened for this call alone. When the customer's data were erased there is no
 * address any more: an earlier try may have booked the parcel without our knowing, so it is recalled, and the order refused.
 */
const askCarrier = async (
  { carrier, open }: Pick<BookShipmentDeps, 'carrier' | 'open'>,
  { orderId, customerId, shipTo }: BookShipmentData,
): Promise<ParcelAnswer> => {
  const [parcelKey, reference] = [parcelKeyOf(orderId), orderId];
  try {
    const field = sealedOrderField(orderId, 'shipTo');
    return await carrier.book({
      parcelKey,
      reference,
      shipTo: await open({ customerId, field }, shipTo, shippingAddress),
    });
  } catch (error) {
    if (!(error instanceof SubjectErasedError)) throw error;
    await carrier.recall({ parcelKey, instructionKey: recallKeyOf(orderId), reference });
    return { kind: 'refused', reason: 'erased' };
  }
};

/**
 * Books an order's parcel once. The carrier is called before the one write: when the write is lost, the next try books the
 * same parcel under the same key.
 * @throws ProviderUnavailableError the booking may or may not have happened; the saga tries again
 * @throws SubjectKeyMissingError the key that sealed the address is not here yet; the saga tries again
 * @throws SealBrokenError the address is not the one that was sealed; the saga gives up and compensates
 * @throws StaleEntityError the shipment kept changing; the saga tries again
 */
export const bookShipment =
  ({ shipments, clock, ...outside }: BookShipmentDeps) =>
  (request: SagaStepRequest<BookShipmentData>): Promise<StepOutcome> =>
    untilFresh(async () => {
      const { orderId } = request.data;
      const cause = causeOfStep(request);
      // Also when nothing is left to do: from now on only the region that runs the saga may recall this parcel.
      const stored = await shipments.claim(orderId, await shipments.find(orderId), cause);
      const decision = decideBooking(stored?.state);
      if (decision.kind === 'answer') return decision.outcome;
      const answer = await askCarrier(outside, request.data);
      const state = shipmentAfter(answer, clock.now());
      const events = [shipmentEvent(orderId, state)];
      await shipments.commit({ id: orderId, basedOn: stored, state, events, cause });
      return bookingOutcome(state);
    });
