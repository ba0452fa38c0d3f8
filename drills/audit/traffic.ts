import { z } from 'zod';
import { killFunction } from '../harness/kill-function';
import { startWorkerKiller } from '../harness/worker-killer';
import { untilStill } from '../ordering/until-still';
import { CURRENCY, loadDrillCatalogue } from '../saga/drill-catalogue';
import { type Desk, normalAccesses, orderPlacement, orderRead } from './accesses';
import { auditFault, auditSizes, canKill } from './audit-faults';
import { minutesBetween, missingIn } from './compare-minutes';
import { type PlantedCustomer, plantedCustomer } from './erase-customer';
import { pauseMapping } from './pause-mapping';
import { type Scene, send } from './scene';
import type { SentAccess } from './send-accesses';

const STILL_SECONDS = 30;
const placed = z.object({ orderId: z.string() });

const isSuccess = ({ status = 0 }: SentAccess): boolean => status >= 200 && status < 300;

/** An order was not taken. */
export class OrderRefusedError extends Error {
  override readonly name = 'OrderRefusedError';
}

/** What the drill's clients have placed. */
export interface PlacedOrders {
  readonly desks: readonly Desk[];
  /** A customer who is erased later, and the order. */
  readonly erased: PlantedCustomer;
  readonly erasedOrder: string;
  /** Personal values of all customers, which may be found nowhere. */
  readonly planted: readonly string[];
}

/** Orders that each desk reads all day, and one of a customer who is erased later; each of somebody else. Some are refused for what they say. */
export const placeOrders = async (scene: Scene): Promise<PlacedOrders> => {
  const { run, desks } = scene;
  const random = run.random.fork('orders');
  const { plentiful } = await loadDrillCatalogue(run.system, random);
  const customers: PlantedCustomer[] = [];
  const orderOf = (customer: PlantedCustomer) => {
    customers.push(customer);
    const { customerId, shipTo, paymentMethod } = customer;
    return {
      customerId,
      currency: CURRENCY,
      lines: [{ sku: random.pick(plentiful), quantity: 1 }],
      paymentMethod,
      shipTo,
    };
  };
  const order = () => orderOf(plantedCustomer(random));
  const wishes = desks.flatMap(({ client }) =>
    Array.from({ length: auditSizes[run.size].orders }, () => orderPlacement(random, client, order())),
  );
  const first = desks[0]?.client ?? 'desk-1';
  const erased = plantedCustomer(random);
  const last = orderPlacement(random, first, orderOf(erased));
  // What is refused must not be written down either: nobody but the client may see it again.
  const refused = [
    { ...order(), lines: [] },
    { ...order(), currency: customers[0]?.shipTo.recipient },
  ].map((body) => orderPlacement(random, first, body));
  await send(scene, refused);
  const answers = await send(scene, [...wishes, last]);
  const ids = new Map(
    answers.map((sent) => {
      if (!isSuccess(sent))
        throw new OrderRefusedError(`placing answered ${sent.status ?? 'nothing'}, expected 201: ${sent.text}`);
      return [sent.access, placed.parse(JSON.parse(sent.text)).orderId] as const;
    }),
  );
  return {
    desks: desks.map((desk) => ({
      ...desk,
      orders: wishes.filter(({ client }) => client === desk.client).map((access) => ids.get(access) ?? ''),
    })),
    erased,
    erasedOrder: ids.get(last) ?? '',
    planted: customers.flatMap(({ planted }) => planted),
  };
};

/** One access, so that each shard that takes it has a chain. */
export const warmUp = async (scene: Scene): Promise<void> => {
  const { run, desks, trail } = scene;
  const [first] = desks;
  const access = orderRead(run.random.fork('warm'), first?.client ?? 'desk-1', run.random.uuid());
  await send(scene, [access]);
  await untilStill({
    look: async () => (await trail.records()).some(({ correlationId }) => correlationId === access.correlationId),
    isDone: (isStored) => isStored,
    shown: String,
    stillSeconds: 2 * STILL_SECONDS,
  });
};

/** What desks do all day, while workers die. */
export const workAllDay = async (scene: Scene, desks: readonly Desk[]): Promise<void> => {
  const { run } = scene;
  const { system, random, faults, size } = run;
  const { accesses, kills, killPauseMilliseconds: pauseMilliseconds, chainKills } = auditSizes[size];
  const load = normalAccesses(random.fork('work'), desks, accesses);
  if (!canKill(run)) {
    await send(scene, load);
    return;
  }
  const chainer = await startWorkerKiller({
    system,
    random: random.fork('kills'),
    entry: 'audit/chain-records',
    pauseMilliseconds: 200,
    atMost: chainKills,
    onKill: () => faults.happened(auditFault.killedChainer),
  });
  let isOver = false;
  const reader = killFunction(system.cloud, await system.functionName('ordering/read-order'), {
    pauseMilliseconds,
    atMost: kills,
    isOver: () => isOver,
    onKill: () => faults.happened(auditFault.killedReader),
  });
  try {
    await send(scene, load);
  } finally {
    isOver = true;
    await reader;
    await chainer.stop();
  }
};

/** Desks go on while nobody chains. */
export const workUnchained = async (scene: Scene, desks: readonly Desk[]): Promise<void> => {
  const { system, random, faults, size } = scene.run;
  const resume = await pauseMapping(system, 'audit/chain-records');
  try {
    const load = normalAccesses(random.fork('unchained'), desks, auditSizes[size].outage);
    const answers = await send(scene, load);
    faults.happened(auditFault.chainerAway, answers.filter(({ status = 500 }) => status < 500).length);
  } finally {
    await resume();
  }
};

/** What completeness said while nobody noted requests, and behind it. */
export interface Rung {
  /** Correlation ids of accesses that were answered meanwhile. */
  readonly unwatched: readonly string[];
  /** Ids of the requests that had no note. */
  readonly named: ReadonlySet<string>;
  /** Ids of the requests that still had none when the watch had caught up. */
  readonly left: ReadonlySet<string>;
}

/** Desks go on while nobody watches: what notes requests is away, and completeness has to name each of them. */
export const workUnwatched = async (scene: Scene, desks: readonly Desk[]): Promise<Rung> => {
  const { system, random, faults, size, progress } = scene.run;
  const began = Date.now();
  const resume = await pauseMapping(system, 'audit/watch-access');
  const look = () => missingIn(system, minutesBetween(began, Date.now()));
  const watched = {
    look,
    shown: (missing: ReadonlySet<string>) => String(missing.size),
    stillSeconds: STILL_SECONDS,
  };
  let unwatched: readonly SentAccess[] = [];
  let named: ReadonlySet<string>;
  try {
    const load = normalAccesses(random.fork('unwatched'), desks, auditSizes[size].outage);
    unwatched = (await send(scene, load)).filter(({ status = 500 }) => status < 500);
    faults.happened(auditFault.watchAway, unwatched.length);
    named = await untilStill({ ...watched, isDone: ({ size: count }) => count >= unwatched.length });
  } finally {
    await resume();
  }
  progress.update('waiting for the watch to catch up');
  const left = await untilStill({ ...watched, isDone: ({ size: count }) => count === 0 });
  return { unwatched: unwatched.map(({ access }) => access.correlationId), named, left };
};
