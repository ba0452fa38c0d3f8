import type { OrderPlacedV1 } from '../../contracts/avro/events';
import type { Delivered } from '../shared/envelope';
import { untilFresh } from '../shared/until-fresh';
import { type AdoptOrderDeps, adoptOrder } from './adopt-order.use-case';
import { UnknownOrderError } from './order.errors';
import type { OrderSagas } from './order-sagas.port';
import { decideStart } from './order-start';
import { startInHome } from './saga-execution';

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
    const saga = await untilFresh(async () => {
      const stored = await stores.orders.find(orderId);
      if (stored === undefined) throw new UnknownOrderError(orderId);
      const decided = decideStart(stored.state);
      if (decided === undefined) return undefined;
      return startInHome(decided, await adoptOrder(stores, stored, { correlationId: correlationid, causationId: id }));
    });
    if (saga) await sagas.start(saga);
  };
