import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { EntityFormsFunction } from '../../local/operator/entity-forms-function';
import { BackfillFailedError } from '../../local/operator/migrate.errors';
import type { DeployedSystem } from '../harness/deployed-system';
import { type Figure, informative, none } from '../harness/figure';
import { scanTable } from '../harness/scan-table';
import { killNow, listProcesses, workersOf } from '../harness/worker-processes';

const SEGMENTS = 4;
/** Of each part; slow enough to be killed in the middle. */
const WRITES_PER_SECOND = 40;
const KILL_PAUSE_MILLISECONDS = 400;

const orderItem = z.looseObject({
  pk: z.string().startsWith('order/'),
  schemaVersion: z.number().default(1),
  state: z.looseObject({
    orderId: z.string(),
    status: z.string(),
    totalMinor: z.number(),
    shipTo: z.looseObject({ recipient: z.string(), street: z.string(), houseNumber: z.string().optional() }),
  }),
});
type OrderItem = z.infer<typeof orderItem>;

const isOld = ({ schemaVersion }: OrderItem): boolean => schemaVersion < 2;

/** Names of what is counted. */
export const formFigures = {
  left: 'orders left in the old form',
  altered: 'orders that the change of form has lost or altered',
} as const;

/** Orders as the table has them, by id. */
export const readOrders = async (system: DeployedSystem): Promise<ReadonlyMap<string, OrderItem>> => {
  const items = await scanTable(system, system.tableName('ordering'));
  const orders = items.flatMap((item) => (item['sk'] === 'ENTITY' ? (orderItem.safeParse(item).data ?? []) : []));
  return new Map(orders.map((order) => [order.state.orderId, order]));
};

/** An order of the old form whose saga is over; waits until there is one. */
export const confirmedOldOrder = async (system: DeployedSystem): Promise<OrderItem> => {
  for (;;) {
    const found = [...(await readOrders(system)).values()].find(
      (order) => isOld(order) && order.state.status === 'CONFIRMED',
    );
    if (found !== undefined) return found;
    await sleep(500);
  }
};

/** Puts copies of an order of the old form beside it, as many as it takes for a backfill to last, and answers their ids. */
export const copyOrders = async (
  system: DeployedSystem,
  order: OrderItem,
  count: number,
): Promise<readonly string[]> => {
  const ids = Array.from({ length: count }, () => randomUUID());
  for (let from = 0; from < count; from += 25) {
    const puts = ids.slice(from, from + 25).map((orderId) => ({
      PutRequest: { Item: { ...order, pk: `order/${orderId}`, state: { ...order.state, orderId } } },
    }));
    await system.documents.send(new BatchWriteCommand({ RequestItems: { [system.tableName('ordering')]: puts } }));
  }
  return ids;
};

/** Rewrites every order of the region into the new form, while the function that does it is killed again and again. */
export const rewriteOrders = async (
  system: DeployedSystem,
  { onKill, kills }: { readonly onKill: () => void; readonly kills: number },
): Promise<void> => {
  const { cloud } = system;
  const forms = new EntityFormsFunction(cloud, cloud.outputs.get('OrderingService', 'BackfillOrdersFunction'));
  const name = await system.functionName('ordering/backfill-orders');
  let isDone = false;
  const kill = async (): Promise<void> => {
    const { emulatorPid } = cloud;
    if (emulatorPid === undefined) throw new TypeError('expected the embedded cloud of this machine');
    for (let killed = 0; !isDone && killed < kills; ) {
      await sleep(KILL_PAUSE_MILLISECONDS);
      const workers = workersOf(await listProcesses(), name, emulatorPid);
      const victim = workers[killed % Math.max(1, workers.length)];
      if (victim === undefined || !killNow(victim.pid)) continue;
      killed += 1;
      onKill();
    }
  };
  const run = randomUUID();
  const rewrite = async (segment: number): Promise<void> => {
    const request = { run, segment, segments: SEGMENTS, writesPerSecond: WRITES_PER_SECOND, seconds: 1 };
    for (;;) {
      try {
        if ((await forms.backfill(request)).done) return;
      } catch (error) {
        // The operator gives the same command again.
        if (!(error instanceof BackfillFailedError)) throw error;
      }
    }
  };
  const killing = kill();
  try {
    await Promise.all(Array.from({ length: SEGMENTS }, (_, segment) => rewrite(segment)));
  } finally {
    isDone = true;
    await killing;
  }
};

/** Counts what the change of form has left behind. @param before orders by id, before it began */
export const countForms = (
  expected: readonly string[],
  before: ReadonlyMap<string, OrderItem>,
  after: ReadonlyMap<string, OrderItem>,
): readonly Figure[] => {
  const isWhole = (orderId: string): boolean => {
    const [was, is] = [before.get(orderId), after.get(orderId)];
    if (is === undefined) return false;
    const { recipient, street, houseNumber } = is.state.shipTo;
    const isSplit = is.schemaVersion < 2 || `${street} ${houseNumber}` === 'Rua das Flores 10';
    return isSplit && recipient === 'Drill' && (was === undefined || was.state.totalMinor === is.state.totalMinor);
  };
  return [
    informative('orders stored in the old form when the new version came', [...before.values()].filter(isOld).length),
    none(
      formFigures.left,
      [...after.values()].filter(isOld).map(({ state }) => state.orderId),
    ),
    none(
      formFigures.altered,
      expected.filter((orderId) => !isWhole(orderId)),
    ),
  ];
};
