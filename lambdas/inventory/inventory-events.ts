import { stockRefusedV1, stockReleasedV1, stockReservedV1 } from '../../contracts/avro/events';
import { type NewEvent, newEvent } from '../shared/event-contract';
import type { Reservation } from './reservation';

type InStatus<Status extends Reservation['status']> = Extract<Reservation, { status: Status }>;

/** Says that all of an order's stock is held. */
export const stockReserved = (orderId: string, { lines }: InStatus<'HELD'>): NewEvent =>
  newEvent(stockReservedV1, { orderId, lines });

/** Says which article an order could not have, and why. */
export const stockRefused = (orderId: string, { reason, sku }: InStatus<'REFUSED'>): NewEvent =>
  newEvent(stockRefusedV1, { orderId, reason, sku });

/** Says that an order holds no stock any more; without lines it never did. */
export const stockReleased = (orderId: string, { lines }: InStatus<'RELEASED'>): NewEvent =>
  newEvent(stockReleasedV1, { orderId, lines });
