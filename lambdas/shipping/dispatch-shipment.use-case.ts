import type { OrderConfirmedV1 } from '../../contracts/avro/events';
import type { Clock } from '../shared/clock.port';
import { DuplicateMessageError } from '../shared/entity-store.errors';
import type { EntityStore } from '../shared/entity-store.port';
import type { Delivered } from '../shared/envelope';
import { untilFresh } from '../shared/until-fresh';
import type { Carrier } from './carrier.port';
import type { Shipment } from './shipment';
import { ShipmentNotBookedError } from './shipment.errors';
import { decideDispatch } from './shipment-dispatch';
import { dispatchKeyOf, parcelKeyOf } from './shipment-keys';
import { shipmentEvent } from './shipping-events';

export interface DispatchShipmentDeps {
  readonly shipments: EntityStore<Shipment>;
  readonly carrier: Carrier;
  readonly clock: Clock;
}

const dispatchOnce = async (
  { shipments, carrier, clock }: DispatchShipmentDeps,
  { id: messageId, correlationid, traceparent, data: { orderId } }: Delivered<OrderConfirmedV1>,
): Promise<void> => {
  const { stored: found, handled } = await shipments.findFor(orderId, messageId);
  if (handled) return;
  const cause = { correlationId: correlationid, causationId: messageId, ...(traceparent && { traceparent }) };
  const stored = await shipments.claim(orderId, found, cause);
  const decision = decideDispatch(stored?.state);
  if (decision.kind === 'already') return;
  if (decision.kind === 'not-booked') throw new ShipmentNotBookedError(orderId, decision.status);
  const { parcelId } = decision;
  const keys = { parcelKey: parcelKeyOf(orderId), instructionKey: dispatchKeyOf(orderId) };
  await carrier.dispatch({ ...keys, reference: orderId });
  const state: Shipment = { status: 'DISPATCHED', parcelId, dispatchedAt: clock.now().toISOString() };
  const events = [shipmentEvent(orderId, state)];
  const message = { messageId, outcome: { parcelId } };
  await shipments.commit({ id: orderId, basedOn: stored, state, events, cause, message });
};

/**
 * Sends a confirmed order's parcel on its way, once, without being told by the saga: the choreographed part of the
 * order's flow.
 * @throws ShipmentNotBookedError the order has no booked parcel
 * @throws ProviderUnavailableError the dispatch may or may not have happened; the queue delivers the event again
 */
export const dispatchShipment =
  (deps: DispatchShipmentDeps) =>
  async (event: Delivered<OrderConfirmedV1>): Promise<void> => {
    try {
      await untilFresh(() => dispatchOnce(deps, event));
    } catch (error) {
      if (!(error instanceof DuplicateMessageError)) throw error;
    }
  };
