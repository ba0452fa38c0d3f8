import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderClient } from '../harness/order-client';
import type { OutsideService } from '../harness/outside-service';
import type { Random } from '../harness/random';
import { CURRENCY, type DrillCatalogue } from './drill-catalogue';
import type { OrderPath } from './order-paths';
import type { SagaExecutions } from './saga-executions';

/** A path whose order was accepted. */
export interface PlacedPath {
  readonly path: OrderPath;
  readonly orderId: string;
  /** Milliseconds since the epoch. */
  readonly placedAt: number;
  /** Resolves when the drill has done to the order what the path says: true when it took effect. */
  readonly interference: Promise<boolean>;
}

/** What placing an order takes. */
export interface PlacingDeps {
  readonly client: OrderClient;
  readonly services: Readonly<Record<'payment-provider' | 'carrier', OutsideService>>;
  readonly executions: SagaExecutions;
  readonly catalogue: DrillCatalogue;
}

const linesOf = ({ scarce }: OrderPath, catalogue: DrillCatalogue, random: Random) => {
  if (scarce) return [{ sku: catalogue.scarce, quantity: 1 }];
  const skus = random.shuffle(catalogue.plentiful).slice(0, random.integer(1, 3));
  return skus.map((sku) => ({ sku, quantity: random.integer(1, 5) }));
};

const interfere = async (
  { interference }: OrderPath,
  orderId: string,
  { client, executions }: PlacingDeps,
): Promise<boolean> => {
  switch (interference?.kind) {
    case undefined:
      return true;
    case 'cancel':
      await sleep(interference.afterMilliseconds);
      return client.cancel(orderId);
    case 'stop':
      return executions.stopIn(orderId, interference.in);
  }
};

/** A path whose order's id is known and whose outside faults wait for it. */
export interface ArmedPath {
  readonly path: OrderPath;
  readonly idempotencyKey: string;
  readonly random: Random;
}

/** Makes the outside world wait for the path's order with its faults: before any order runs, so that none is late. */
export const armPath = async (
  path: OrderPath,
  random: Random,
  { client, services }: Pick<PlacingDeps, 'client' | 'services'>,
): Promise<ArmedPath> => {
  const idempotencyKey = random.uuid();
  const reference = client.orderIdFor(idempotencyKey);
  for (const { service, operation, mode, times } of path.outside)
    await services[service].addFault({ operation, reference, mode, times });
  return { path, idempotencyKey, random };
};

/** Places the path's order. */
export const placePath = async (
  { path, idempotencyKey, random }: ArmedPath,
  deps: PlacingDeps,
): Promise<PlacedPath> => {
  const { client, catalogue } = deps;
  const placedAt = Date.now();
  const orderId = await client.place(idempotencyKey, {
    customerId: `drill-${random.integer(1, 20)}`,
    currency: CURRENCY,
    lines: linesOf(path, catalogue, random),
    paymentMethod: path.paymentMethod,
    metadata: path.metadata,
  });
  return { path, orderId, placedAt, interference: interfere(path, orderId, deps) };
};
