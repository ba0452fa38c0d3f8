import { assertSuccessor } from '../shared/assert-successor';
import type { Clock } from '../shared/clock.port';
import type { Log } from '../shared/log.port';
import type { RegionGate } from '../shared/region-gate.port';
import { workThrough } from '../shared/work-through';
import { type AdoptAndStartDeps, adoptAndStart } from './adopt-and-start.use-case';
import type { AdoptedOrders, AdoptOrdersRequest } from './adopt-orders.contract';
import { IncompleteAdoptionError } from './order.errors';
import { decideAdoption } from './order-adoption';
import type { EndedExecution, Recovery } from './recover-failed-saga.use-case';
import type { SagaExecutions } from './saga-executions.port';
import { sweepBudgetSeconds } from './sweep-failed-sagas.use-case';
import type { UnfinishedOrders } from './unfinished-orders.port';

/** What adopt-orders needs. */
export interface AdoptOrdersDeps extends AdoptAndStartDeps {
  /** The region it runs in. */
  readonly region: string;
  readonly gate: RegionGate;
  readonly unfinished: UnfinishedOrders;
  readonly executions: SagaExecutions;
  /** Undoes one order by its next execution; however often it is asked, with one effect. */
  readonly recover: (execution: Omit<EndedExecution, 'stateMachineArn'>) => Promise<Recovery>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Adopts the unfinished orders of an evacuated region, and starts their executions here. An order that was adopted before is looked at
 * again: its execution may not have been started. One whose execution has ended here, with another version of the order, is undone by the next.
 * @throws RegionFencedError this region may not write now
 * @throws RegionNotEvacuatedError the region was not evacuated to this one
 * @throws IncompleteAdoptionError orders could not be adopted; the others are
 */
export const adoptOrders =
  ({ region: here, gate, unfinished, executions, recover, clock, log, ...deps }: AdoptOrdersDeps) =>
  async ({ region, cursor }: AdoptOrdersRequest): Promise<AdoptedOrders> => {
    await assertSuccessor(gate, here, region);
    const begun = clock.now();
    let [adopted, started, at] = [0, 0, cursor];

    const pages = async function* () {
      for await (const page of unfinished.ofRegion(region, cursor)) {
        at = page.cursor;
        yield page.orderIds;
      }
    };

    // Both regions had made the order, or it comes back to where it was before: no execution decides about the version that was kept.
    const hasRecovered = async (name: string): Promise<boolean> => {
      const status = await executions.statusOf(name);
      if (status !== 'succeeded' && status !== 'failed') return false;
      return (await recover({ name, status })).kind === 'compensating';
    };

    const adoptOne = async (orderId: string): Promise<void> => {
      const end = await adoptAndStart(deps, orderId, {
        decide: decideAdoption,
        causationId: `evacuation of ${region}`,
      });
      if (!('adopted' in end)) return;
      if (end.adopted) adopted += 1;
      if (end.kind === 'started' || (await hasRecovered(end.order.execution))) started += 1;
    };

    const { seen, failures, extent } = await workThrough(pages(), adoptOne, {
      ...{ clock, begun, budgetSeconds: sweepBudgetSeconds },
      onFailure: (orderId, error) => log.error('order not adopted', { correlationId: orderId, error }),
    });
    if (failures.length > 0) throw new IncompleteAdoptionError(failures.length, seen, failures[0]);
    return { looked: seen, adopted, started, ...(extent === 'cut-short' && at !== undefined && { cursor: at }) };
  };
