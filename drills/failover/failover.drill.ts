import { setTimeout as sleep } from 'node:timers/promises';
import { loadCatalogue } from '../../local/operator/load-catalogue';
import type { Drill, DrillRun, Findings, Restore } from '../harness/drill';
import { informative, none } from '../harness/figure';
import { shortenVisibility } from '../harness/queue';
import { CURRENCY, type DrillCatalogue, loadDrillCatalogue } from '../saga/drill-catalogue';
import { answersLost } from './answers-lost';
import { brownOuts } from './brown-outs';
import { startLoad } from './client-load';
import { failoverFigures, toldByTwo, toldDifferently } from './count-failover';
import { countAll } from './count-stores';
import { type HeardEvent, listenTo, type TopicListener } from './event-listeners';
import { falseAlarm } from './false-alarm';
import { assetsLost } from './lose-assets';
import { OrderWishes } from './order-wishes';
import { outage } from './outage';
import { partition } from './partition';
import { CLIENTS_A_PLACE, places, RECOVERY_SECONDS, STUBBORN_PATIENCE_MILLISECONDS, stubborn } from './places';
import { plotRequests } from './plot-requests';
import { DARK_REGION, failoverProtections } from './protections';
import { fault, localOf, placementsOf, type Scene } from './scene';
import { queuesOf, redrive, settle } from './settle';
import { type Attempt, type ClientPlace, StoreClient } from './store-client';
import { FACTOR, openWorld } from './world';

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
/** Without what takes a region's clients elsewhere in yet another way: what follows is what follows a region that goes dark. */
const reduced: readonly Part[] = ['calm', 'answers-lost', 'outage', 'partition', 'assets'];
const partsFor: Readonly<Record<string, readonly Part[]>> = {
  'origin-filter': ['calm'],
  'deterministic-ids': ['calm', 'answers-lost'],
  fence: ['calm', 'outage'],
  'undo-twice-made': ['calm', 'outage'],
  'reconcile-stock': ['calm', 'outage'],
};

/** Protections whose loss shows in what operators leave behind; that of the others has shown before. */
const shownAfterRedrive: ReadonlySet<string> = new Set(['undo-twice-made', 'reconcile-stock']);

const ONE_SIDED_STOCK = 10;
const PACE_MILLISECONDS = 5_000;
/** A region that goes dark takes its workers with it; their messages come back within the drill. */
const VISIBILITY_SECONDS = 15;

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
  const { system, random, progress, sabotage, size } = drill;
  const parts = partsFor[sabotage ?? ''] ?? (size === 'reduced' ? reduced : everything);
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
    const isRedriven = sabotage === undefined || shownAfterRedrive.has(sabotage);
    const parked = isRedriven ? await redrive(scene) : 0;
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
