import type { OrderPlacedV1 } from '../../contracts/avro/events';
import type { EntityStore } from '../shared/entity-store.port';
import type { Delivered } from '../shared/envelope';
import { isFinal, type Order } from './order';
import { UnknownOrderError } from './order.errors';
import type { OrderSagas } from './order-sagas.port';
import { sagaStartOf } from './saga-execution';

/** What start-order-saga needs. */
export interface StartOrderSagaDeps {
  readonly orders: EntityStore<Order>;
  readonly sagas: OrderSagas;
}

/**
 * Starts the saga of a placed order. The execution is named after the order, so a repeated event starts nothing new; payment
 * method and address come from ordering's own table, because events do not carry them.
 * @throws UnknownOrderError the order is not in ordering's table
 */
export const startOrderSaga =
  ({ orders, sagas }: StartOrderSagaDeps) =>
  async ({ data: { orderId } }: Delivered<OrderPlacedV1>): Promise<void> => {
    const stored = await orders.find(orderId);
    if (stored === undefined) throw new UnknownOrderError(orderId);
    const order = stored.state;
    // A saga that has ended, or that a successor has taken over from, is not to be started from its beginning again.
    if (isFinal(order.status) || order.status === 'PARKED' || order.execution !== orderId) return;
    // Cancelled before anything was done: the compensations leave their tombstones, and the card is never charged.
    const saga =
      order.status === 'CANCELLING'
        ? sagaStartOf(order, 'compensate', 'the client cancelled the order')
        : sagaStartOf(order, 'forward');
    await sagas.start(saga);
  };
