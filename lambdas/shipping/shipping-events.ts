import {
  shipmentBookedV1,
  shipmentDispatchedV1,
  shipmentRecalledV1,
  shipmentRefusedV1,
} from '../../contracts/avro/events';
import { type NewEvent, newEvent } from '../shared/event-contract';
import type { Shipment } from './shipment';

/** Says what has become of an order's parcel, and nothing of where it goes. */
export const shipmentEvent = (orderId: string, shipment: Shipment): NewEvent => {
  switch (shipment.status) {
    case 'BOOKED':
      return newEvent(shipmentBookedV1, { orderId, parcelId: shipment.parcelId });
    case 'REFUSED':
      return newEvent(shipmentRefusedV1, { orderId, reason: shipment.reason });
    case 'RECALLED':
      return newEvent(shipmentRecalledV1, { orderId });
    case 'DISPATCHED':
      return newEvent(shipmentDispatchedV1, { orderId, parcelId: shipment.parcelId });
  }
};
