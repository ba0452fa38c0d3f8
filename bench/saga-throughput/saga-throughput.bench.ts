import { setTimeout as sleep } from 'node:timers/promises';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { DeployedSystem } from '../../drills/harness/deployed-system';
import { OrderClient } from '../../drills/harness/order-client';
import { seededRandom } from '../../drills/harness/random';
import { inParallel } from '../../local/in-parallel';
import { exampleOrder } from '../../local/orders/three-orders';
import type { Benchmark } from '../harness/benchmark';
import { reading } from '../harness/measurement';
import { percentile } from '../harness/summary';

const ORDERS = 120;
/** Orders on their way at the same time: the next one is placed when one is confirmed. */
const IN_FLIGHT = 8;
const LOOK_MILLISECONDS = 250;
const LIMIT_MILLISECONDS = 60_000;

const order = { ...exampleOrder, metadata: {} };

const orderItem = z.object({
  updatedAt: z.iso.datetime(),
  state: z.object({ status: z.string(), placedAt: z.iso.datetime() }),
});

/** An order of the benchmark did not end in time. */
export class UnendedOrderError extends Error {
  override readonly name = 'UnendedOrderError';
}

/** How an order ended; milliseconds since the epoch, as the system itself has recorded them. */
interface EndedOrder {
  readonly status: string;
  readonly placedAt: number;
  readonly endedAt: number;
}

const follow = async (system: DeployedSystem, orderId: string): Promise<EndedOrder> => {
  const Key = { pk: `order/${orderId}`, sk: 'ENTITY' };
  const deadline = performance.now() + LIMIT_MILLISECONDS;
  for (;;) {
    const { Item } = await system.documents.send(new GetCommand({ TableName: system.tableName('ordering'), Key }));
    const { state, updatedAt } = orderItem.parse(Item);
    const { status, placedAt } = state;
    if (status !== 'PENDING') return { status, placedAt: Date.parse(placedAt), endedAt: Date.parse(updatedAt) };
    if (performance.now() > deadline) throw new UnendedOrderError(`order ${orderId} has no end in time`);
    await sleep(LOOK_MILLISECONDS);
  }
};

const placeAndFollow = (
  system: DeployedSystem,
  count: number,
  inFlight: number,
  onEnded: (ended: number) => void,
): Promise<EndedOrder[]> => {
  const client = new OrderClient(system.cloud);
  const random = seededRandom(String(Date.now()));
  const keys = Array.from({ length: count }, () => random.uuid());
  let ended = 0;
  return inParallel(keys, inFlight, async (key) => {
    const end = await follow(system, await client.place(key, order));
    ended += 1;
    onEnded(ended);
    return end;
  });
};

/** How many orders the whole system takes to their end: API, outbox, queues, saga, payment, shipment. */
export const sagaThroughput: Benchmark = {
  name: 'saga-throughput',
  compares: 'orders a minute from the API to CONFIRMED on the emulator; nothing comparable to run beside it',
  run: async ({ progress, system: open }) => {
    const system = await open();
    progress.phase('warm up');
    // One after the other first: eight cold starts of every function at once are a benchmark of the emulator.
    for (const inFlight of [1, 2, 4, IN_FLIGHT]) await placeAndFollow(system, 2 * inFlight, inFlight, () => undefined);
    progress.phase(`${ORDERS} orders, ${IN_FLIGHT} on their way at a time`);
    const orders = await placeAndFollow(system, ORDERS, IN_FLIGHT, (ended) => progress.update(`${ended} ended`));
    progress.end();
    const confirmed = orders.filter(({ status }) => status === 'CONFIRMED');
    const first = Math.min(...orders.map(({ placedAt }) => placedAt));
    const last = Math.max(...orders.map(({ endedAt }) => endedAt));
    const times = confirmed.map(({ placedAt, endedAt }) => endedAt - placedAt);
    return {
      measurements: [
        reading('orders confirmed', (confirmed.length * 60_000) / (last - first), '/min'),
        reading('placed to confirmed, p50', percentile(times, 0.5) / 1000, 's'),
        reading('placed to confirmed, p99', percentile(times, 0.99) / 1000, 's'),
        reading('orders that ended otherwise', orders.length - confirmed.length, 'orders'),
      ],
      notes: [
        `${ORDERS} orders of two lines, ${IN_FLIGHT} on their way at a time; times are those that the system recorded`,
        'an order that ends otherwise was compensated because a step took longer than its timeout: the machine was busy',
        'the emulator is one process on this machine and feeds one batch at a time to a FIFO queue: the figure says nothing of AWS, it only shows when a change makes the flow heavier',
      ],
    };
  },
};
