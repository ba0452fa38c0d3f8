import type { Clock } from '../shared/clock.port';
import type { EntityStore } from '../shared/entity-store.port';
import type { SagaStepRequest, StepOutcome } from '../shared/saga-step.contract';
import { causeOfStep } from '../shared/saga-step-cause';
import { untilFresh } from '../shared/until-fresh';
import type { Carrier } from './carrier.port';
import type { RecallShipmentData } from './recall-shipment.contract';
import type { Shipment } from './shipment';
import { ShipmentDispatchedError } from './shipment.errors';
import { parcelKeyOf, recallKeyOf } from './shipment-keys';
import { decideRecall } from './shipment-recall';
import { shipmentEvent } from './shipping-events';

export interface RecallShipmentDeps {
  readonly shipments: EntityStore<Shipment>;
  readonly carrier: Carrier;
  readonly clock: Clock;
}

/**
 * Takes an order's parcel back, once, also one whose booking is still under way or that we never heard of: the carrier
 * recalls the parcel's key first, then the table remembers.
 * @throws ProviderUnavailableError the recall may or may not have happened; the saga tries again
 * @throws ShipmentDispatchedError the parcel is on its way
 * @throws StaleEntityError the shipment kept changing; the saga tries again
 */
export const recallShipment =
  ({ shipments, carrier, clock }: RecallShipmentDeps) =>
  (request: SagaStepRequest<RecallShipmentData>): Promise<StepOutcome> =>
    untilFresh(async () => {
      const { orderId } = request.data;
      const cause = causeOfStep(request);
      // A region that was evacuated must not take a parcel back whose order its successor has brought to a good end.
      const stored = await shipments.claim(orderId, await shipments.find(orderId), cause);
      const decision = decideRecall(stored?.state);
      if (decision.kind === 'nothing-booked') return { outcome: 'done', detail: { recalled: false } };
      if (decision.kind === 'too-late') throw new ShipmentDispatchedError(orderId);
      const keys = { parcelKey: parcelKeyOf(orderId), instructionKey: recallKeyOf(orderId) };
      const parcel = await carrier.recall({ ...keys, reference: orderId });
      const state: Shipment = { status: 'RECALLED', ...parcel, recalledAt: clock.now().toISOString() };
      const events = [shipmentEvent(orderId, state)];
      await shipments.commit({ id: orderId, basedOn: stored, state, events, cause });
      return { outcome: 'done', detail: { recalled: parcel.parcelId !== undefined } };
    });
