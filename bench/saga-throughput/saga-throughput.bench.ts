import { setTimeout as sleep } from 'node:timers/promises';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { DeployedSystem } from '../../drills/harness/deployed-system';
import { inParallel } from '../../drills/harness/in-parallel';
import { OrderClient } from '../../drills/harness/order-client';
import { seededRandom } from '../../drills/harness/random';
import { exampleOrder } from '../../local/orders/three-orders';
import type { Benchmark } from '../harness/benchmark';
import { reading } from '../harness/measurement';
import { percentile } from '../harness/summary';

const ORDERS = 120;
const WARM_UP = 16;
/** Orders on their way at the same time: the next one is placed when one is confirmed. */
const IN_FLIGHT = 8;
const LOOK_MILLISECONDS = 250;
const LIMIT_MILLISECONDS = 60_000;

const order = { ...exampleOrder, metadata: {} };

const orderItem = z.object({
  updatedAt: z.iso.datetime(),
  state: z.object({ status: z.string(), placedAt: z.iso.datetime() }),
});

/** An order of the benchmark was not confirmed, or not in time. */
export class UnconfirmedOrderError extends Error {
  override readonly name = 'UnconfirmedOrderError';
}

/** Milliseconds since the epoch, as the system itself has recorded them. */
interface ConfirmedOrder {
  readonly placedAt: number;
  readonly confirmedAt: number;
}

const follow = async (system: DeployedSystem, orderId: string): Promise<ConfirmedOrder> => {
  const Key = { pk: `order/${orderId}`, sk: 'ENTITY' };
  const deadline = performance.now() + LIMIT_MILLISECONDS;
  for (;;) {
    const { Item } = await system.documents.send(new GetCommand({ TableName: system.tableName('ordering'), Key }));
    const { state, updatedAt } = orderItem.parse(Item);
    if (state.status === 'CONFIRMED') {
      return { placedAt: Date.parse(state.placedAt), confirmedAt: Date.parse(updatedAt) };
    }
    if (state.status !== 'PENDING' || performance.now() > deadline) {
      throw new UnconfirmedOrderError(`expected order ${orderId} to be confirmed in time, it is ${state.status}`);
    }
    await sleep(LOOK_MILLISECONDS);
  }
};

const placeAndFollow = (
  system: DeployedSystem,
  count: number,
  onConfirmed: (confirmed: number) => void,
): Promise<ConfirmedOrder[]> => {
  const client = new OrderClient(system.cloud);
  const random = seededRandom(String(Date.now()));
  const keys = Array.from({ length: count }, () => random.uuid());
  let confirmed = 0;
  return inParallel(keys, IN_FLIGHT, async (key) => {
    const ended = await follow(system, await client.place(key, order));
    confirmed += 1;
    onConfirmed(confirmed);
    return ended;
  });
};

/** How many orders the whole system takes to their end: API, outbox, queues, saga, payment, shipment. */
export const sagaThroughput: Benchmark = {
  name: 'saga-throughput',
  compares: 'orders a minute from the API to CONFIRMED on the emulator; nothing comparable to run beside it',
  run: async ({ progress, system: open }) => {
    const system = await open();
    progress.phase('warm up');
    await placeAndFollow(system, WARM_UP, () => undefined);
    progress.phase(`${ORDERS} orders, ${IN_FLIGHT} on their way at a time`);
    const orders = await placeAndFollow(system, ORDERS, (confirmed) => progress.update(`${confirmed} confirmed`));
    progress.end();
    const first = Math.min(...orders.map(({ placedAt }) => placedAt));
    const last = Math.max(...orders.map(({ confirmedAt }) => confirmedAt));
    const times = orders.map(({ placedAt, confirmedAt }) => confirmedAt - placedAt);
    return {
      measurements: [
        reading('orders confirmed', (ORDERS * 60_000) / (last - first), '/min'),
        reading('placed to confirmed, p50', percentile(times, 0.5) / 1000, 's'),
        reading('placed to confirmed, p99', percentile(times, 0.99) / 1000, 's'),
      ],
      notes: [
        `${ORDERS} orders of two lines, ${IN_FLIGHT} on their way at a time; times are those that the system recorded`,
        'the emulator is one process on this machine and feeds one batch at a time to a FIFO queue: the figure says nothing of AWS, it only shows when a change makes the flow heavier',
      ],
    };
  },
};
