import { ForeignHomeError } from '../shared/region-gate.errors';
import { untilFresh } from '../shared/until-fresh';
import { type AdoptOrderDeps, adoptOrder } from './adopt-order.use-case';
import type { Order } from './order';
import type { OrderSagas } from './order-sagas.port';
import { type SagaStart, startInHome } from './saga-execution';

/** What it takes to carry an order on in this region. */
export interface AdoptAndStartDeps extends AdoptOrderDeps {
  readonly sagas: OrderSagas;
}

/** Which execution an order needs, and on whose behalf it is looked at. */
export interface StartTerms {
  readonly decide: (order: Order) => SagaStart | undefined;
  readonly causationId: string;
}

/** `running`: its execution was started before. `elsewhere`: another region has the order. `nothing`: it needs no execution. */
export type StartEnd =
  | { readonly kind: 'started' | 'running'; readonly order: Order; readonly adopted: boolean }
  | { readonly kind: 'elsewhere' | 'nothing' };

/**
 * Makes sure that an order is this region's and that its execution was started here. Starting is the question, too: a name that was
 * started before is not started again.
 */
export const adoptAndStart = async (
  { sagas, ...stores }: AdoptAndStartDeps,
  orderId: string,
  { decide, causationId }: StartTerms,
): Promise<StartEnd> => {
  try {
    // Read anew: the list that named the order is behind, and one that has ended since must not be started.
    const known = await untilFresh(async () => {
      const stored = await stores.orders.find(orderId);
      const saga = stored && decide(stored.state);
      if (stored === undefined || saga === undefined) return undefined;
      const own = await adoptOrder(stores, stored, { correlationId: orderId, causationId });
      return { order: own.state, saga: startInHome(saga, own), adopted: own.homeRegion !== stored.homeRegion };
    });
    if (known === undefined) return { kind: 'nothing' };
    const { saga, ...about } = known;
    return { kind: (await sagas.start(saga)) === 'started' ? 'started' : 'running', ...about };
  } catch (error) {
    if (error instanceof ForeignHomeError) return { kind: 'elsewhere' };
    throw error;
  }
};
