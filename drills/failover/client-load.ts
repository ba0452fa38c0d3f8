import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../harness/random';
import { type StoreClient, StoreOutOfReachError } from './store-client';

/** An order that a client wanted, and what it was told. */
export interface Placement {
  readonly key: string;
  readonly continent: string;
  /** Absent when the client has given up. */
  readonly taken?: { readonly orderId: string; readonly region: string };
  /** When it was tried first and when it was taken or given up, in milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
}

/** Clients at work. */
export interface ClientLoad {
  /** What they have placed so far. */
  readonly placements: readonly Placement[];
  /** How many orders are being placed at this moment. */
  inFlight(): number;
  /** Lets each client bring its current order to an end, and waits for that. */
  stop(): Promise<void>;
}

/** How clients work. */
export interface LoadOptions {
  readonly random: Random;
  /** The body of the next order; every order is of another customer. */
  readonly nextOrder: (key: string) => object;
  /** Milliseconds between two orders of a client, on average. */
  readonly paceMilliseconds: number;
  /** How long an order is tried by a client, in milliseconds. */
  readonly patienceOf: (client: StoreClient) => number;
}

const unlessOutOfReach = (error: unknown): undefined => {
  if (error instanceof StoreOutOfReachError) return undefined;
  throw error;
};

/** Lets every client place one order after the other until it is stopped. */
export const startLoad = (
  clients: readonly StoreClient[],
  { random, nextOrder, paceMilliseconds, patienceOf }: LoadOptions,
): ClientLoad => {
  const placements: Placement[] = [];
  const end = new AbortController();
  const isOver = (): boolean => end.signal.aborted;
  let underWay = 0;
  const work = async (client: StoreClient, own: Random): Promise<void> => {
    while (!isOver()) {
      const key = own.uuid();
      const from = Date.now();
      underWay += 1;
      const taken = await client.placeOrder(key, nextOrder(key), from + patienceOf(client)).catch(unlessOutOfReach);
      underWay -= 1;
      placements.push({ key, continent: client.continent, from, until: Date.now(), ...(taken && { taken }) });
      const pause = own.integer(paceMilliseconds / 2, (paceMilliseconds * 3) / 2);
      await sleep(pause, undefined, { signal: end.signal }).catch(() => undefined);
      // Customers look after their orders, wherever DNS sends them by then. One look: what it finds is what is counted.
      if (taken && !isOver()) await client.readOrder(taken.orderId, 0).catch(unlessOutOfReach);
    }
  };
  const working = clients.map((client, index) => work(client, random.fork(`client ${index}`)));
  return {
    placements,
    inFlight: () => underWay,
    stop: async () => {
      end.abort();
      await Promise.all(working);
    },
  };
};
