import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { DeployedSystem } from '../harness/deployed-system';
import type { PlacedPath } from './placed-path';

const LOOK_MILLISECONDS = 700;

const orderItem = z.object({ state: z.object({ orderId: z.string(), status: z.string() }) });

/** Whether an order's status is an end, be it with an operator. */
export const isEnd = (status: string): boolean => ['CONFIRMED', 'REJECTED', 'CANCELLED', 'PARKED'].includes(status);

/** Status of each order, by id, read from ordering's table. */
const statusesOf = async (system: DeployedSystem, orderIds: readonly string[]): Promise<Map<string, string>> => {
  const table = system.tableName('ordering');
  const statuses = new Map<string, string>();
  for (let start = 0; start < orderIds.length; start += 50) {
    const keys = orderIds.slice(start, start + 50).map((orderId) => ({ pk: `order/${orderId}`, sk: 'ENTITY' }));
    const { Responses } = await system.documents.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } }),
    );
    for (const item of Responses?.[table] ?? []) {
      const { orderId, status } = orderItem.parse(item).state;
      statuses.set(orderId, status);
    }
  }
  return statuses;
};

/** How an order ended. */
export interface Ending {
  readonly status: string;
  /** Seconds from placing the order until its end was seen. */
  readonly seconds: number;
}

/**
 * Waits until every order has an end, and answers which; orders without one in time are missing.
 * @param options.isFinished which status is an end here
 */
export const waitForEnds = async (
  system: DeployedSystem,
  placed: readonly Pick<PlacedPath, 'orderId' | 'placedAt'>[],
  options: { readonly isFinished: (status: string) => boolean; readonly timeoutSeconds: number },
): Promise<Map<string, Ending>> => {
  const endings = new Map<string, Ending>();
  const deadline = Date.now() + options.timeoutSeconds * 1000;
  while (endings.size < placed.length && Date.now() < deadline) {
    const waiting = placed.filter(({ orderId }) => !endings.has(orderId));
    const statuses = await statusesOf(
      system,
      waiting.map(({ orderId }) => orderId),
    );
    for (const { orderId, placedAt } of waiting) {
      const status = statuses.get(orderId);
      if (status !== undefined && options.isFinished(status))
        endings.set(orderId, { status, seconds: (Date.now() - placedAt) / 1000 });
    }
    if (endings.size < placed.length) await sleep(LOOK_MILLISECONDS);
  }
  return endings;
};
