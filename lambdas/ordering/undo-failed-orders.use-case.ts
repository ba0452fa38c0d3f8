import { assertSuccessor } from '../shared/assert-successor';
import type { Clock } from '../shared/clock.port';
import type { EntityStore, Stored } from '../shared/entity-store.port';
import type { Log } from '../shared/log.port';
import type { RegionGate } from '../shared/region-gate.port';
import { workThrough } from '../shared/work-through';
import type { Order } from './order';
import { IncompleteUndoingError, UndoingFailedError } from './order.errors';
import { maximumRecoveries } from './order-recovery';
import type { OrderSagas } from './order-sagas.port';
import { executionName, firstUndoing, sagaStartOf } from './saga-execution';
import type { SagaExecutions } from './saga-executions.port';
import { sweepBudgetSeconds } from './sweep-failed-sagas.use-case';
import type { UndoFailedOrdersRequest, UndoneOrders } from './undo-failed-orders.contract';
import { firstPage, type WorkedOnOrders } from './worked-on-orders.port';

/** What undo-failed-orders needs. */
export interface UndoFailedOrdersDeps {
  /** The region it runs in. */
  readonly region: string;
  readonly gate: RegionGate;
  readonly orders: Pick<EntityStore<Order>, 'find'>;
  readonly workedOn: WorkedOnOrders;
  readonly sagas: OrderSagas;
  readonly executions: SagaExecutions;
  /** A moment between two looks at executions that run. */
  readonly pause: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

type Look = 'done' | 'open';

/**
 * Undoes what an evacuated region did for orders that have failed. Both regions may have made the order: then the one whose decision was kept
 * may not have known that the other had charged or shipped. Each such order is compensated as a whole, by an execution of its own; what was
 * undone before stays as it is. May be repeated.
 * @throws RegionFencedError this region may not write now
 * @throws RegionNotEvacuatedError the region was not evacuated to this one
 * @throws IncompleteUndoingError orders could not be undone; the others are
 */
export const undoFailedOrders =
  ({ region: here, gate, orders, workedOn, sagas, executions, pause, clock, log }: UndoFailedOrdersDeps) =>
  async ({
    region,
    since,
    wait = false,
    cursor: begin = firstPage,
  }: UndoFailedOrdersRequest): Promise<UndoneOrders> => {
    await assertSuccessor(gate, here, region);
    const begun = clock.now();
    const isOver = () => clock.now().getTime() - begun.getTime() > sweepBudgetSeconds * 1000;
    const started = new Set<string>();

    const hasFailedInTwo = async ({ state, homeRegion }: Stored<Order>): Promise<boolean> => {
      if (state.status !== 'REJECTED' && state.status !== 'CANCELLED') return false;
      if (homeRegion !== region) return true;
      return (await workedOn.originsOf(state.orderId)).some((origin) => origin !== region);
    };

    /** Whether what was begun for the order has come to its end; begins it when nobody has. */
    const undo = async (order: Order): Promise<Look> => {
      for (let number = firstUndoing; number < firstUndoing + maximumRecoveries; number += 1) {
        const execution = executionName(order.orderId, number);
        switch (await executions.statusOf(execution)) {
          case undefined:
            await sagas.start(sagaStartOf({ ...order, execution }, 'compensate', `${region} had made the order, too`));
            started.add(order.orderId);
            log.warn('failed order is undone in both regions', { correlationId: order.orderId, region, execution });
            return 'open';
          case 'running':
            return 'open';
          case 'succeeded':
            return 'done';
          case 'failed':
            break;
        }
      }
      throw new UndoingFailedError(order.orderId, maximumRecoveries);
    };

    const look = async (orderId: string): Promise<Look> => {
      const stored = await orders.find(orderId);
      if (stored === undefined) return 'done';
      const { state, homeRegion } = stored;
      // It may still be refused here, and then nobody undoes what the other region did. Elsewhere it may need that region to go on.
      if (state.status === 'PENDING' || state.status === 'CANCELLING') return homeRegion === here ? 'open' : 'done';
      if (!(await hasFailedInTwo(stored))) return 'done';
      const end = await undo(state);
      // A third region's: what that has done cannot be undone from here, and is not waited for.
      return homeRegion === here || homeRegion === region ? end : 'done';
    };

    /** Looks at orders until all are done or time is over; once when nobody waits. */
    const workOn = async (orderIds: readonly string[]): Promise<Look> => {
      let open = orderIds;
      for (;;) {
        const still: string[] = [];
        const { seen, failures } = await workThrough(
          onePage(open),
          async (orderId) => {
            if ((await look(orderId)) === 'open') still.push(orderId);
          },
          {
            ...{ clock, begun, budgetSeconds: Number.POSITIVE_INFINITY },
            onFailure: (orderId, error) => log.error('failed order not undone', { correlationId: orderId, error }),
          },
        );
        if (failures.length > 0) throw new IncompleteUndoingError(failures.length, seen, failures[0]);
        if (!wait || still.length === 0) return 'done';
        if (isOver()) return 'open';
        open = still;
        await pause();
      }
    };

    let looked = 0;
    let cursor: string | undefined = begin;
    do {
      const page = await workedOn.page(region, new Date(since), cursor);
      // What is left open is looked at again, from the beginning of its page.
      if ((await workOn(page.orderIds)) === 'open') break;
      looked += page.orderIds.length;
      cursor = page.next;
    } while (cursor !== undefined && !isOver());
    return { looked, undone: started.size, ...(cursor !== undefined && { cursor }) };
  };

async function* onePage<T>(page: readonly T[]): AsyncGenerator<readonly T[]> {
  yield page;
}
