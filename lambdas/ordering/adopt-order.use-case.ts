import type { Cause } from '../shared/cause';
import type { EntityStore, Stored } from '../shared/entity-store.port';
import { ForeignHomeError } from '../shared/region-gate.errors';
import { untilFresh } from '../shared/until-fresh';
import type { Order } from './order';
import type { Timeline } from './order-timeline';

/** What adopting an order needs. */
export interface AdoptOrderDeps {
  readonly orders: EntityStore<Order>;
  readonly timelines: EntityStore<Timeline>;
}

/**
 * Makes an order of an evacuated region this region's own, with its timeline, so that its saga can run here to its end even when
 * the evacuated region is back before. Writes nothing when the order is at home. Answers the order as it is at home.
 * @throws StaleEntityError the order changed meanwhile: read and try again
 * @throws RegionFencedError this region may not write now
 * @throws ForeignHomeError the order's home has not been evacuated to this region
 */
export const adoptOrder = async (
  { orders, timelines }: AdoptOrderDeps,
  stored: Stored<Order>,
  cause: Cause,
): Promise<Stored<Order>> => {
  const { orderId } = stored.state;
  const claimed = (await orders.claim(orderId, stored, cause)) ?? stored;
  if (claimed.homeRegion === stored.homeRegion) return claimed;
  try {
    await untilFresh(async () => timelines.claim(orderId, await timelines.find(orderId), cause));
  } catch (error) {
    // A third region's: the order is carried on all the same, and its later steps are missing in what customers are shown.
    if (!(error instanceof ForeignHomeError)) throw error;
  }
  return claimed;
};
