import type { OrderPlacedV1 } from '../../contracts/avro/events';
import type { Delivered } from '../shared/envelope';
import { untilFresh } from '../shared/until-fresh';
import { type AdoptOrderDeps, adoptOrder } from './adopt-order.use-case';
import { isFinal } from './order';
import { UnknownOrderError } from './order.errors';
import type { OrderSagas } from './order-sagas.port';
import { sagaStartOf } from './saga-execution';

/** What start-order-saga needs. */
export interface StartOrderSagaDeps extends AdoptOrderDeps {
  readonly sagas: OrderSagas;
}

/**
 * Starts the saga of a placed order. The execution is named after the order, so a repeated event starts nothing new; payment
 * method and address come from ordering's own table, because events do not carry them.
 * @throws UnknownOrderError the order is not in ordering's table
 * @throws ForeignHomeError another region has the order, and runs its saga
 */
export const startOrderSaga =
  ({ sagas, ...stores }: StartOrderSagaDeps) =>
  async ({ id, correlationid, data: { orderId } }: Delivered<OrderPlacedV1>): Promise<void> => {
    const order = await untilFresh(async () => {
      const stored = await stores.orders.find(orderId);
      if (stored === undefined) throw new UnknownOrderError(orderId);
      const { status, execution } = stored.state;
      // A saga that has ended, or that a successor has taken over from, is not to be started from its beginning again.
      if (isFinal(status) || status === 'PARKED' || execution !== orderId) return undefined;
      await adoptOrder(stores, stored, { correlationId: correlationid, causationId: id });
      return stored.state;
    });
    if (order === undefined) return;
    // Cancelled before anything was done: the compensations leave their tombstones, and the card is never charged.
    const saga =
      order.status === 'CANCELLING'
        ? sagaStartOf(order, 'compensate', 'the client cancelled the order')
        : sagaStartOf(order, 'forward');
    await sagas.start(saga);
  };
