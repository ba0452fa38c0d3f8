import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { loadCatalogue } from '../../local/operator/load-catalogue';
import { putServerMode } from '../../local/regions/server-mode';
import { type DeployedSystem, MissingResourceError } from '../harness/deployed-system';
import type { Drill, DrillRun, Findings, Restore } from '../harness/drill';
import { type Figure, informative, none } from '../harness/figure';
import { connectOutsideService } from '../harness/outside-service';
import { shortenVisibility, waitUntilDrained } from '../harness/queue';
import { redriveCases } from '../harness/redrive-cases';
import { scanTable } from '../harness/scan-table';
import { countConservation } from '../saga/count-conservation';
import { CURRENCY, type DrillCatalogue, loadDrillCatalogue } from '../saga/drill-catalogue';
import { readOrderEvidence } from '../saga/read-order-evidence';
import { isEnd, waitForEnds } from '../saga/wait-for-ends';
import { countAssets, putAssets } from './check-assets';
import { type ClientLoad, type Placement, startLoad } from './client-load';
import { divergentKeys } from './compare-replicas';
import {
  committedBetween,
  countOrders,
  countRecovery,
  failoverFigures,
  recoverySeconds,
  toldByTwo,
  toldDifferently,
} from './count-failover';
import { type HeardEvent, listenTo, type TopicListener } from './event-listeners';
import { makeTwice, stopSagas } from './made-twice';
import { OrderWishes } from './order-wishes';
import { plotRequests } from './plot-requests';
import { DARK_REGION, failoverProtections } from './protections';
import { evacuate, giveBack, unfencedAt } from './region-operations';
import { type Attempt, CLIENT_PATIENCE, type ClientPlace, StoreClient } from './store-client';
import { FACTOR, openWorld, untilAllHealthy, type World } from './world';

const fault = {
  swallowed: 'requests of clients that a dark or broken region swallowed',
  answersLost: 'orders that a region took and whose answer was lost',
  twice: 'orders that two regions made: charged in one, rejected in the other',
  midway: 'orders caught in the middle by a region that went dark',
  late: 'writes that arrived after another region had taken over',
  partition: 'orders placed on both sides of a cut between the regions',
  falseAlarm: 'evacuations of a region that was well',
} as const;

/** What a run goes through. A sabotage run goes through what the lost protection is for. */
type Part = 'calm' | 'answers-lost' | 'outage' | 'brown-out' | 'partition' | 'false-alarm' | 'assets';

const everything: readonly Part[] = [
  'calm',
  'answers-lost',
  'outage',
  'brown-out',
  'partition',
  'false-alarm',
  'assets',
];
const partsFor: Readonly<Record<string, readonly Part[]>> = {
  'origin-filter': ['calm'],
  'deterministic-ids': ['calm', 'answers-lost'],
  fence: ['calm', 'outage'],
  'undo-twice-made': ['calm', 'outage'],
  'reconcile-stock': ['calm', 'outage'],
};

const places = [
  { continent: 'South America', subnet: '192.0.2.0/24' },
  { continent: 'North America', subnet: '198.51.100.0/24' },
  { continent: 'Europe', subnet: '198.18.0.0/24' },
] as const;
/** Comes to a region that was evacuated as long as that lets it, and has to wait for its return. */
const stubborn = {
  continent: 'North America, an address kept for ever',
  subnet: '198.51.100.0/24',
  keepsAddress: true,
};
const STUBBORN_PATIENCE_MILLISECONDS = 600_000;
/** Those whose clients go to the region that goes dark. */
const hitContinents = ['North America', 'Europe'] as const;
const CLIENTS_A_PLACE = 2;
const ANSWERS_LOST = 3;
const MADE_TWICE = 2;
const ONE_SIDED_STOCK = 10;
const PACE_MILLISECONDS = 5_000;

/** The 99th percentile of what `npm run bench -- detection-time` finds for the deployed settings, in seconds, at their own pace. */
const DETECTION_SECONDS = 100;
/** Besides: a client's last request before, and its first after. */
const RECOVERY_SECONDS = DETECTION_SECONDS / FACTOR + (2 * CLIENT_PATIENCE) / 1000;

/** What reads queues in a region. */
const consumers = [
  'ordering/start-order-saga',
  'ordering/track-order-steps',
  'payments/charge-payment',
  'shipping/dispatch-shipment',
  'loyalty/credit-points',
] as const;
/** A region that goes dark takes its workers with it; their messages come back within the drill. */
const VISIBILITY_SECONDS = 15;

const contexts = ['ordering', 'inventory', 'payments', 'shipping', 'loyalty'] as const;

const orderItem = z.object({
  kind: z.literal('order'),
  homeRegion: z.string(),
  state: z.object({
    orderId: z.string(),
    customerId: z.string(),
    status: z.string(),
    placedAt: z.string(),
    confirmedAt: z.string().optional(),
    closedAt: z.string().optional(),
  }),
});
const outboxItem = z.object({
  itemType: z.literal('OUTBOX'),
  pk: z.string(),
  originRegion: z.string(),
  committedAt: z.string(),
});

/** Everything a part of the drill works with. */
interface Scene {
  readonly run: DrillRun;
  readonly world: World;
  readonly load: ClientLoad;
  readonly attempts: readonly Attempt[];
  readonly recoveries: Figure[];
  readonly wishes: OrderWishes;
  /** Something that only the region has that goes dark. */
  readonly oneSided: string;
  /** Orders that were placed in both regions on purpose. */
  readonly madeTwice: Placement[];
  /** Between which moments the evacuated region was awake and not let back in, in milliseconds since the epoch. */
  readonly fencedTimes: { readonly from: number; readonly until: number }[];
  readonly notes: string[];
}

const localOf = ({ system }: DrillRun) => {
  const { local } = system.cloud;
  if (local === undefined) throw new MissingResourceError('the drill needs the local cloud');
  return local;
};

const frontOf = ({ services }: World): string =>
  services.status().regions.find(({ region }) => region === DARK_REGION)?.frontUrl ?? '';

const ordersIn = async ({ system }: DrillRun, region: string) => {
  const own = system.inRegion(region);
  const items = await scanTable(own, own.tableName('ordering'));
  return items.flatMap((item) => orderItem.safeParse(item).data ?? []);
};

const failuresSince = (attempts: readonly Attempt[], from: number): Attempt[] =>
  attempts.filter(({ at, milliseconds, outcome }) => at + milliseconds >= from && outcome === 'failed');

/** Waits until clients of the region have orders under way in it, so that what goes wrong hits them in the middle; answers their ids. */
const untilBusy = async ({ run, load }: Scene): Promise<readonly string[]> => {
  for (let looked = 0; ; looked += 1) {
    const from = Date.now();
    const busy = (await ordersIn(run, DARK_REGION)).filter(
      ({ homeRegion, state }) => homeRegion === DARK_REGION && !isEnd(state.status),
    );
    // One of them has only begun: the others may have come to their ends by the time that the fault is there.
    const isNew = busy.some(({ state }) => Date.parse(state.placedAt) > from - 500);
    if ((busy.length >= 2 && isNew && load.inFlight() > 0) || looked === 200)
      return busy.map(({ state }) => state.orderId);
    await sleep(50);
  }
};

/** How many of these orders had not come to an end by then, in milliseconds since the epoch. */
const unfinishedAt = async (run: DrillRun, orderIds: readonly string[], time: number): Promise<number> => {
  const orders = (await ordersIn(run, run.system.cloud.region)).filter(({ state }) => orderIds.includes(state.orderId));
  const ends = orders.map(({ state: { confirmedAt, closedAt } }) => confirmedAt ?? closedAt);
  return ends.filter((end) => end === undefined || Date.parse(end) > time).length;
};

/** Waits until clients of the continents that it is near to are served by the region, so that its loss is theirs. */
const untilHome = async ({ run, attempts }: Scene): Promise<void> => {
  const from = Date.now();
  // All clients of the continent: one that still knows the other region's address would be hit by nothing.
  const isHome = (continent: string): boolean => {
    const latest = attempts.filter((one) => one.continent === continent && one.at >= from).slice(-3);
    return latest.length === 3 && latest.every(({ region }) => region === DARK_REGION);
  };
  for (let looked = 0; looked < 150; looked += 1) {
    if (hitContinents.every(isHome)) return;
    run.progress.update(`waiting until clients go to ${DARK_REGION} again`);
    await sleep(300);
  }
};

/** Waits until every client that was hit has been answered again, and notes how long that took. */
const untilServed = async (scene: Scene, what: string, from: number): Promise<void> => {
  const { run, attempts, recoveries } = scene;
  const deadline = from + (RECOVERY_SECONDS + 30) * 1000;
  const isServed = (continent: string): boolean => {
    const own = attempts.filter((attempt) => attempt.continent === continent && attempt.at >= from);
    const failed = own.findLastIndex(({ outcome }) => outcome === 'failed');
    const since = own.slice(failed + 1).filter(({ region }) => region !== DARK_REGION);
    return failed >= 0 && since.length >= CLIENTS_A_PLACE;
  };
  while (!hitContinents.every(isServed) && Date.now() < deadline) {
    run.progress.update(`${failuresSince(attempts, from).length} requests failed`);
    await sleep(300);
  }
  recoveries.push(
    countRecovery(
      what,
      recoverySeconds(
        attempts.filter(({ continent }) => continent !== stubborn.continent),
        from,
        Date.now(),
      ),
      RECOVERY_SECONDS,
    ),
  );
  run.faults.happened(fault.swallowed, failuresSince(attempts, from).length);
};

const answersLost = async (scene: Scene): Promise<void> => {
  const { run, world, attempts } = scene;
  run.progress.phase(`${DARK_REGION} takes orders, and its answers are lost`);
  await untilHome(scene);
  const front = frontOf(world);
  await putServerMode(front, { mode: 'unanswered' });
  const from = Date.now();
  const lost = (): number =>
    attempts.filter(
      (one) => one.what === 'place' && one.region === DARK_REGION && one.at >= from && one.outcome === 'failed',
    ).length;
  for (let looked = 0; looked < 100 && lost() < ANSWERS_LOST; looked += 1) {
    run.progress.update(`${lost()} orders were taken and not answered`);
    await sleep(200);
  }
  await putServerMode(front, { mode: 'light' });
  run.faults.happened(fault.swallowed, lost());
  run.faults.happened(fault.answersLost, lost());
};

/** Clients' orders, and those that were placed in both regions on purpose. */
const placementsOf = ({ load, madeTwice }: Pick<Scene, 'load' | 'madeTwice'>): readonly Placement[] => [
  ...load.placements,
  ...madeTwice,
];

const makeInBoth = async ({ run, world, wishes, oneSided, madeTwice }: Scene): Promise<void> => {
  const { control } = localOf(run);
  const { system, random } = run;
  run.progress.phase(`clients place orders in ${DARK_REGION}, get no answer, and place them elsewhere`);
  const keys = random.fork('made twice');
  // Long enough to be charged before the other region hears of it.
  await control.putReplication(DARK_REGION, system.cloud.region, { lagMilliseconds: [9_000, 10_000] });
  const made = await Promise.all(
    Array.from({ length: MADE_TWICE }, () => keys.uuid()).map((key) =>
      makeTwice({
        ...{ clients: world.clients, key, body: wishes.oneSided(key, oneSided) },
        ...{ first: system.inRegion(DARK_REGION), second: system },
      }),
    ),
  );
  for (const one of made) if (one) madeTwice.push(one.placement);
  run.faults.happened(fault.twice, made.filter((one) => one?.charged).length);
};

const outage = async (scene: Scene): Promise<void> => {
  const { run, world, fencedTimes, madeTwice } = scene;
  const { control } = localOf(run);
  const { progress, system, faults } = run;
  const successor = system.cloud.region;
  progress.phase(`${DARK_REGION} goes dark in the middle of orders`);
  await untilHome(scene);
  await makeInBoth(scene);
  await control.putReplication(DARK_REGION, successor, { lagMilliseconds: [500, 2_000] });
  await control.putReplication(successor, DARK_REGION, { lagMilliseconds: [100, 1_000] });
  const busy = await untilBusy(scene);
  await control.putRegion(DARK_REGION, 'blackhole');
  const from = Date.now();
  await untilServed(scene, 'a region that is gone', from);

  progress.phase(`evacuate ${DARK_REGION}, which cannot be asked`);
  const evacuated = await evacuate(system, { region: DARK_REGION, lossDeclared: true }, progress.update);
  scene.notes.push(`evacuation by force: ${evacuated}`);
  await sleep(2_000);

  progress.phase(`${DARK_REGION} is back, with what it had not replicated`);
  const { replication } = await control.status();
  faults.happened(
    fault.late,
    replication.find((link) => link.from === DARK_REGION && link.to === successor)?.backlog ?? 0,
  );
  await control.putRegion(DARK_REGION, 'light');
  const awake = Date.now();
  await sleep(6_000);
  await stopSagas(
    system.inRegion(DARK_REGION),
    madeTwice.flatMap(({ taken }) => taken?.orderId ?? []),
  );
  progress.phase(`return ${DARK_REGION}`);
  scene.notes.push(`return: ${await giveBack(system, DARK_REGION, progress.update)}`);
  fencedTimes.push({ from: awake, until: await unfencedAt(run.system, DARK_REGION) });
  // What a sabotage run is for has been seen by then.
  if (run.sabotage === undefined) await untilAllHealthy(world.services, progress.update);
  faults.happened(fault.midway, await unfinishedAt(run, busy, from));
  await sleep(3_000);
  for (const [one, other] of [
    [DARK_REGION, successor],
    [successor, DARK_REGION],
  ] as const)
    await control.putReplication(one, other, { lagMilliseconds: [0, 50] });
};

const brownOuts = async (scene: Scene): Promise<void> => {
  const { run, world } = scene;
  const front = frontOf(world);
  for (const [what, mode] of [
    ['a region that is too slow', { mode: 'slow', delayMilliseconds: 10_000 }],
    ['a region that answers 5xx', { mode: 'error' }],
  ] as const) {
    run.progress.phase(`brown-out: ${what}`);
    await untilHome(scene);
    const from = Date.now();
    await putServerMode(front, mode);
    await untilServed(scene, what, from);
    await putServerMode(front, { mode: 'light' });
    await untilAllHealthy(world.services, run.progress.update);
  }
};

const partition = async (scene: Scene): Promise<void> => {
  const { run, load } = scene;
  const { control } = localOf(run);
  const { region } = run.system.cloud;
  run.progress.phase('cut replication between the regions, and go on in both');
  await untilHome(scene);
  const links = [
    [region, DARK_REGION],
    [DARK_REGION, region],
  ] as const;
  const from = Date.now();
  for (const [one, other] of links) await control.putReplication(one, other, { partitioned: true });
  await sleep(12_000);
  for (const [one, other] of links) await control.putReplication(one, other, { partitioned: false });
  const during = load.placements.filter(({ until }) => until >= from).flatMap(({ taken }) => taken?.region ?? []);
  // Of the side with fewer, since both are needed.
  const sides = [...Map.groupBy(during, (taken) => taken).values()].map((orders) => orders.length);
  run.faults.happened(fault.partition, sides.length > 1 ? Math.min(...sides) : 0);
};

const falseAlarm = async (scene: Scene): Promise<void> => {
  const { run, fencedTimes } = scene;
  const { progress, system, faults } = run;
  progress.phase(`a false alarm: ${DARK_REGION} is evacuated though it is well`);
  await untilHome(scene);
  scene.notes.push(
    `evacuation in agreement: ${await evacuate(system, { region: DARK_REGION, lossDeclared: false }, progress.update)}`,
  );
  faults.happened(fault.falseAlarm);
  const from = Date.now();
  await sleep(4_000);
  await giveBack(system, DARK_REGION, progress.update);
  fencedTimes.push({ from, until: await unfencedAt(run.system, DARK_REGION) });
  await sleep(2_000);
};

const queuesOf = (system: DeployedSystem): Promise<string[]> =>
  Promise.all(consumers.map((consumer) => system.queueUrl(consumer)));

/** Waits until orders have ended, queues are empty, and everything is replicated. */
const settle = async (scene: Scene): Promise<void> => {
  const { run } = scene;
  const { system, progress } = run;
  const local = localOf(run);
  const placed = placementsOf(scene).flatMap(({ taken, from }) =>
    taken ? [{ orderId: taken.orderId, placedAt: from }] : [],
  );
  await waitForEnds(system, placed, { isFinished: isEnd, timeoutSeconds: run.sabotage === undefined ? 120 : 20 });
  for (const { region } of local.regions) {
    const own = system.inRegion(region);
    const queues = await queuesOf(own);
    await waitUntilDrained(own.sqs, queues, { timeoutSeconds: 240, now: Date.now, onDepth: () => undefined });
  }
  for (let looked = 0; looked < 100; looked += 1) {
    const { replication } = await local.control.status();
    if (replication.every(({ backlog }) => backlog === 0)) break;
    progress.update('writes are on their way between the regions');
    await sleep(300);
  }
};

const assetsLost = async ({ run, world, recoveries }: Scene): Promise<void> => {
  const { system, progress, random } = run;
  const { control } = localOf(run);
  const { assets: front } = world.services.status();
  if (front === undefined) throw new MissingResourceError('the deployed stage serves no assets');
  progress.phase('put assets, and lose the bucket that they come from');
  const { region } = system.cloud;
  const assets = await putAssets(system, front.url, random.fork('assets').uuid());
  const goAs = (mode: 'refused' | 'blackhole' | 'error') => async (gone: boolean) => {
    await control.putRegion(region, gone ? mode : 'light');
  };
  recoveries.push(
    ...(await countAssets(assets, [
      ['refused', goAs('refused')],
      ['silent', goAs('blackhole')],
      ['answering 5xx', goAs('error')],
    ])),
  );
};

const play: Readonly<Record<Exclude<Part, 'calm' | 'assets'>, (scene: Scene) => Promise<void>>> = {
  'answers-lost': answersLost,
  outage,
  'brown-out': brownOuts,
  partition,
  'false-alarm': falseAlarm,
};

const declareFaults = ({ faults }: DrillRun, parts: readonly Part[]): void => {
  const has = (part: Part): boolean => parts.includes(part);
  if (has('answers-lost') || has('outage')) faults.expect(fault.swallowed, 2);
  if (has('answers-lost')) faults.expect(fault.answersLost, 2);
  if (has('outage')) {
    faults.expect(fault.twice, 1);
    faults.expect(fault.midway, 1);
    faults.expect(fault.late, 1);
  }
  if (has('partition')) faults.expect(fault.partition, 1);
  if (has('false-alarm')) faults.expect(fault.falseAlarm, 1);
};

/** Re-drives what is parked, in each region what is that region's, as operators do. */
const redrive = async (scene: Scene): Promise<number> => {
  const { run } = scene;
  const own = new Set(placementsOf(scene).flatMap(({ taken }) => taken?.orderId ?? []));
  let redriven = 0;
  for (let round = 0; round < 3; round += 1) {
    const worked = await redriveCases(run.system, (subject) => own.has(subject.slice(subject.indexOf('/') + 1)));
    redriven += worked.redriven;
    if (worked.open === 0) break;
    await settle(scene);
  }
  return redriven;
};

const countAll = async (scene: Scene, since: number, loaded: DrillCatalogue): Promise<Figure[]> => {
  const { run, fencedTimes, attempts } = scene;
  const placements = placementsOf(scene);
  const { system } = run;
  const local = localOf(run);
  const accepted = placements.flatMap(({ taken }) => taken?.orderId ?? []);
  const services = {
    'payment-provider': await connectOutsideService(system, 'payment-provider'),
    carrier: await connectOutsideService(system, 'carrier'),
  };
  const evidence = await readOrderEvidence({ system, services, catalogue: loaded, accepted, since });
  const replicas = await Promise.all(
    local.regions.map(async ({ region }) => {
      const own = system.inRegion(region);
      const tables = await Promise.all(
        contexts.map(async (context) => [context, await scanTable(own, own.tableName(context))] as const),
      );
      return { region, tables: new Map(tables) };
    }),
  );
  const [first, ...others] = replicas;
  const divergent = others.flatMap(({ region, tables }) =>
    contexts.flatMap((context) =>
      divergentKeys(first?.tables.get(context) ?? [], tables.get(context) ?? []).map(
        (key) => `${context} ${key} in ${region}`,
      ),
    ),
  );
  const rows = contexts
    .flatMap((context) => first?.tables.get(context) ?? [])
    .flatMap((item) => outboxItem.safeParse(item).data ?? []);
  const orders = replicas.map(({ region, tables }) => ({
    region,
    orders: (tables.get('ordering') ?? []).flatMap((item) => orderItem.safeParse(item).data?.state ?? []),
  }));
  const statuses = Map.groupBy(evidence.orders, ({ status }) => status);
  return [
    ...countOrders(placements, orders),
    ...[...statuses].map(([status, list]) => informative(`orders ${status}`, list.length)),
    informative('requests of clients', attempts.length),
    informative('requests that failed', attempts.filter(({ outcome }) => outcome === 'failed').length),
    informative('reads of acknowledged orders', attempts.filter(({ what }) => what === 'read').length),
    informative(
      'reads that found no order that was acknowledged before',
      attempts.filter(({ what, status }) => what === 'read' && status === 404).length,
    ),
    ...countConservation(evidence, { dispatchIsFinal: false }),
    none(failoverFigures.divergent, divergent),
    none(
      failoverFigures.fencedWrites,
      fencedTimes.flatMap(({ from, until }) => committedBetween(rows, DARK_REGION, from, until)),
    ),
  ];
};

/** The goods of clients, and something that only one region has. */
const loadGoods = async (
  { system, random }: DrillRun,
  regions: readonly string[],
): Promise<DrillCatalogue & { readonly oneSided: string }> => {
  const goods = random.fork('catalogue');
  const loaded = await loadDrillCatalogue(system, goods, regions);
  const oneSided = `DRILL-${goods.uuid().slice(0, 8).toUpperCase()}-ONE-SIDED`;
  const article = { sku: oneSided, stock: ONE_SIDED_STOCK, currency: CURRENCY, unitPriceMinor: 1_500 };
  await loadCatalogue(system.cloud, system.cloud.outputs, [article], { among: [DARK_REGION] });
  return { ...loaded, oneSided, initialStock: new Map([...loaded.initialStock, [oneSided, ONE_SIDED_STOCK]]) };
};

const drain = async (listeners: readonly TopicListener[]): Promise<HeardEvent[]> =>
  (await Promise.all(listeners.map((listener) => listener.heard()))).flat();

const run = async (drill: DrillRun): Promise<Findings> => {
  const { system, random, progress, sabotage } = drill;
  const parts = partsFor[sabotage ?? ''] ?? everything;
  const startedAt = Date.now();
  declareFaults(drill, parts);
  progress.phase("put the drill's own goods on the shelves, and wait until both regions are in service");
  const regions = localOf(drill).regions.map(({ region }) => region);
  const loaded = await loadGoods(drill, regions);
  const wishes = new OrderWishes(loaded, random.fork('goods'));
  const world = await openWorld(system, progress.update);
  const listeners: TopicListener[] = [];
  const attempts: Attempt[] = [];
  const restores: Restore[] = [];
  try {
    for (const own of regions.map((region) => system.inRegion(region)))
      for (const queue of await queuesOf(own))
        restores.push(await shortenVisibility(own.sqs, queue, VISIBILITY_SECONDS));
    for (const { region } of localOf(drill).regions)
      listeners.push(await listenTo(system.inRegion(region), `${random.fork(region).uuid().slice(0, 8)}-${region}`));
    const clientAt = (place: ClientPlace) => new StoreClient(place, world.clients, (attempt) => attempts.push(attempt));
    const everywhere = places.flatMap((place) => Array.from({ length: CLIENTS_A_PLACE }, () => clientAt(place)));
    const clients = [...everywhere, clientAt(stubborn)];
    progress.phase('clients of three continents place orders');
    const load = startLoad(clients, {
      random: random.fork('clients'),
      nextOrder: (key) => wishes.next(key),
      paceMilliseconds: PACE_MILLISECONDS,
      patienceOf: ({ continent }) =>
        continent === stubborn.continent ? STUBBORN_PATIENCE_MILLISECONDS : (RECOVERY_SECONDS + 30) * 1000,
    });
    const scene: Scene = {
      ...{ run: drill, world, load, attempts, wishes, oneSided: loaded.oneSided },
      ...{ recoveries: [], madeTwice: [], fencedTimes: [], notes: [] },
    };
    let calm: HeardEvent[] = [];
    try {
      await sleep(12_000);
      calm = await drain(listeners);
      for (const part of parts) if (part !== 'calm' && part !== 'assets') await play[part](scene);
    } finally {
      await load.stop();
    }
    progress.phase('wait for the ends of all orders');
    await settle(scene);
    const parked = await redrive(scene);
    if (parts.includes('assets')) await assetsLost(scene);
    progress.phase('count orders, money, stock, parcels and events in both regions');
    const heard = [...calm, ...(await drain(listeners))];
    const refusable = new Set(
      placementsOf(scene).flatMap(({ key, taken }) => (taken && wishes.refusable.has(key) ? [taken.orderId] : [])),
    );
    const isRefusable = ({ subject }: HeardEvent): boolean => refusable.has(subject.slice(subject.indexOf('/') + 1));
    return {
      figures: [
        ...(await countAll(scene, startedAt, loaded)),
        informative('parked cases that were re-driven', parked),
        none(failoverFigures.calmDoubles, toldByTwo(calm)),
        informative('events told by two regions because one was taken over', toldByTwo(heard).length),
        none(failoverFigures.contradictions, toldDifferently(heard.filter((event) => !isRefusable(event)))),
        // One region may have what another one has not: both tell what they found, before either hears of the other.
        informative(
          'facts about goods that are not everywhere, told differently by two regions',
          toldDifferently(heard.filter(isRefusable)).length,
        ),
        ...scene.recoveries,
      ],
      plots: [
        plotRequests(
          attempts,
          startedAt,
          drill.faults.counts().flatMap(({ at }) => at.map((seconds) => startedAt + seconds * 1000)),
        ),
      ],
      notes: [
        `health checks, heartbeats and the times of DNS answers are ${FACTOR} times as fast as deployed; bounds are scaled by it`,
        ...scene.notes,
      ],
    };
  } finally {
    for (const { region } of localOf(drill).regions) await localOf(drill).control.putRegion(region, 'light');
    for (const restore of restores) await restore();
    for (const listener of listeners) await listener.close();
    await world.close();
  }
};

/** System 1: two regions, failover and return. */
export const failoverDrill: Drill = {
  name: 'failover',
  claim:
    'When a region goes dark, clients are served by another within the time that health checks need; no acknowledged order is lost, nothing is done twice, and after its return the regions agree.',
  protections: failoverProtections,
  localOnly: 'regions of AWS cannot be made dark on demand',
  run,
};
