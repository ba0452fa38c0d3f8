import type { OrderPlacedV1 } from '../../contracts/avro/events';
import type { EntityStore } from '../shared/entity-store.port';
import type { Delivered } from '../shared/envelope';
import type { Order } from './order';
import { UnknownOrderError } from './order.errors';
import type { OrderSagas } from './order-sagas.port';
import { decideStart } from './order-start';

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
    const saga = decideStart(stored.state);
    if (saga !== undefined) await sagas.start(saga);
  };
