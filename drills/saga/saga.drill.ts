import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from '../../local/in-parallel';
import type { Drill, DrillRun, Findings, Protection } from '../harness/drill';
import { type Figure, informative, none } from '../harness/figure';
import { OrderClient } from '../harness/order-client';
import { connectOutsideService } from '../harness/outside-service';
import { waitUntilDrained } from '../harness/queue';
import { redriveCases } from '../harness/redrive-cases';
import { deployVariant } from '../harness/variant';
import { conservationFigures, countConservation } from './count-conservation';
import { loadDrillCatalogue } from './drill-catalogue';
import { gridOf } from './ends-grid';
import { sagaMutations } from './mutations';
import { type OrderPath, orderPaths } from './order-paths';
import { armPath, type PlacedPath, type PlacingDeps, placePath } from './placed-path';
import { type OrderEvidenceSources, readOrderEvidence } from './read-order-evidence';
import { SagaExecutions } from './saga-executions';
import { type Ending, isEnd, waitForEnds } from './wait-for-ends';

const fault = {
  failed: 'tries of a step or compensation that failed',
  timedOut: 'tries of a step or compensation that took too long',
  outside: 'requests that the provider or the carrier spoiled',
  stopped: 'executions stopped in the middle',
  cancelled: 'cancellations taken while the saga ran',
  paths: 'paths whose own fault left its trace',
} as const;

const AFTER = ' (after operators)';
const figureNames = {
  otherEnd: 'paths that ended otherwise than they should',
  stillParked: 'orders still parked after their redrive',
  stillOpen: 'cases still open after their redrive',
} as const;

const withBoth = (...names: string[]): string[] => [...names, ...names.map((name) => `${name}${AFTER}`)];

const protections: readonly Protection[] = [
  {
    name: 'compensation',
    withoutIt: 'release-stock answers that it has released, and releases nothing',
    caughtBy: withBoth(conservationFigures.held, conservationFigures.heldByFailed),
    remove: (system) =>
      deployVariant(system, {
        name: 'compensation',
        functions: ['inventory/release-stock'],
        mutations: sagaMutations.compensation,
      }),
  },
  {
    name: 'tombstone',
    withoutIt: 'release-stock leaves no tombstone when there is nothing to release yet',
    caughtBy: withBoth(conservationFigures.held, conservationFigures.heldByFailed),
    remove: (system) =>
      deployVariant(system, {
        name: 'tombstone',
        functions: ['inventory/release-stock'],
        mutations: sagaMutations.tombstone,
      }),
  },
  {
    name: 'idempotent-step',
    withoutIt: 'book-shipment asks the carrier under a new key at every try',
    caughtBy: withBoth(conservationFigures.doubleParcels, conservationFigures.strayParcels),
    remove: (system) =>
      deployVariant(system, {
        name: 'idempotent-step',
        functions: ['shipping/book-shipment'],
        mutations: sagaMutations.idempotentStep,
      }),
  },
];

/** Orders that run at the same time: more would only make the machine, and not the saga, too slow for its timeouts. */
const AT_ONCE = 8;

/** Enough paths for the loss of a protection to show: late effects, lost answers, interrupted executions. */
const isInReduced = ({ row, column }: OrderPath): boolean =>
  row === 'execution' ||
  row === 'cancel' ||
  row === 'no fault' ||
  column === 'refused' ||
  column.startsWith('fails after');

/** Waits for what comes after the orders' ends: executions, queues, and steps that were too slow to be waited for. */
const settle = async (
  { system, progress }: DrillRun,
  executions: SagaExecutions,
  placed: readonly PlacedPath[],
): Promise<void> => {
  const names = placed.flatMap(({ orderId }) => [orderId, `${orderId}.c1`, `${orderId}.c2`]);
  for (let waited = 0; waited < 120; waited += 1) {
    const statuses = await inParallel(names, 4, (name) => executions.status(name));
    const running = statuses.filter((status) => status === 'RUNNING').length;
    progress.update(`${running} executions are still running`);
    if (running === 0) break;
    await sleep(1000);
  }
  const queues = await Promise.all([
    system.queueUrl('payments/charge-payment'),
    system.queueUrl('shipping/dispatch-shipment'),
    system.queueUrl('loyalty/credit-points'),
  ]);
  // The slowest injected step comes eight seconds late; the outbox needs its moment, too.
  await sleep(8000);
  await waitUntilDrained(system.sqs, queues, { timeoutSeconds: 240, now: Date.now, onDepth: () => undefined });
  await sleep(2000);
};

/** What really went wrong, told by Step Functions, the sandbox and the API rather than by the drill's own wishes. */
const countFaults = async (
  { faults }: DrillRun,
  { executions, services }: PlacingDeps,
  placed: readonly PlacedPath[],
): Promise<void> => {
  const left = {
    'payment-provider': await services['payment-provider'].allFaultTimesLeft(),
    carrier: await services.carrier.allFaultTimesLeft(),
  };
  const traces = await inParallel(placed, 4, async ({ path, orderId, interference }) => {
    const { failed, timedOut } = await executions.failures(orderId);
    const spoiled = path.outside.reduce(
      (sum, { service, operation, times }) => sum + times - (left[service].get(`${operation} ${orderId}`) ?? 0),
      0,
    );
    const interfered = await interference;
    const hit = path.outside.length > 0 ? spoiled > 0 : failed + timedOut > 0;
    const isFaulty = path.outside.length > 0 || (Object.keys(path.metadata).length > 0 && !path.interference);
    return { path, failed, timedOut, spoiled, interfered, traced: isFaulty && hit };
  });
  for (const { path, failed, timedOut, spoiled, interfered, traced } of traces) {
    faults.happened(fault.failed, failed);
    faults.happened(fault.timedOut, timedOut);
    faults.happened(fault.outside, spoiled);
    if (path.interference?.kind === 'stop' && interfered) faults.happened(fault.stopped);
    if (path.interference?.kind === 'cancel' && interfered) faults.happened(fault.cancelled);
    if (traced) faults.happened(fault.paths);
  }
};

const declareFaults = ({ faults }: DrillRun, paths: readonly OrderPath[]): void => {
  const withMetadata = paths.filter(({ metadata, interference }) => Object.keys(metadata).length > 0 && !interference);
  const outside = paths.filter((path) => path.outside.length > 0);
  faults.expect(fault.failed, withMetadata.filter(({ column }) => column.startsWith('fails')).length);
  faults.expect(
    fault.timedOut,
    withMetadata.filter(({ column, outside: spoiled }) => column.startsWith('too slow') && spoiled.length === 0).length,
  );
  faults.expect(fault.outside, outside.length);
  faults.expect(fault.stopped, paths.filter(({ interference }) => interference?.kind === 'stop').length);
  faults.expect(fault.cancelled, 3);
  faults.expect(
    fault.paths,
    paths.filter(
      ({ metadata, outside: spoiled, interference }) =>
        spoiled.length > 0 || (Object.keys(metadata).length > 0 && !interference),
    ).length,
  );
};

const run = async (drill: DrillRun): Promise<Findings> => {
  const { system, random, size, progress } = drill;
  const since = Date.now();
  const all = orderPaths();
  const paths = random.fork('order').shuffle(size === 'full' ? all : all.filter(isInReduced));
  declareFaults(drill, paths);

  progress.phase("put the drill's own goods on the shelves");
  const services = {
    'payment-provider': await connectOutsideService(system, 'payment-provider'),
    carrier: await connectOutsideService(system, 'carrier'),
  };
  await services['payment-provider'].clearFaults();
  await services.carrier.clearFaults();
  const catalogue = await loadDrillCatalogue(system, random.fork('catalogue'));
  const executions = await SagaExecutions.of(system);
  const deps: PlacingDeps = { client: new OrderClient(system.cloud), services, executions, catalogue };

  progress.phase(`arm the provider and the carrier for ${paths.length} orders`);
  const armed = await inParallel(paths, 2, (path) => armPath(path, random.fork(path.name), deps));
  progress.phase('place the orders, each with its own fault, and wait for their ends');
  const placed: PlacedPath[] = [];
  const endings = new Map<string, Ending>();
  await inParallel(armed, AT_ONCE, async (path) => {
    const one = await placePath(path, deps);
    placed.push(one);
    const ended = await waitForEnds(system, [one], { isFinished: isEnd, timeoutSeconds: 240 });
    for (const [orderId, ending] of ended) endings.set(orderId, ending);
    progress.update(`${placed.length} of ${paths.length} placed, ${endings.size} have ended`);
  });
  progress.phase('wait for late effects');
  await settle(drill, executions, placed);

  progress.phase('count money, stock and parcels');
  await countFaults(drill, deps, placed);
  const accepted = placed.map(({ orderId }) => orderId);
  const sources: OrderEvidenceSources = { system, services, catalogue, accepted, since };
  const before = await readOrderEvidence(sources);
  const endedOtherwise = placed.filter(
    ({ path, orderId }) =>
      !path.ends.some((end) => end === before.orders.find((order) => order.orderId === orderId)?.status),
  );

  progress.phase('re-drive every parked case, as an operator does');
  await services['payment-provider'].clearFaults();
  await services.carrier.clearFaults();
  const own = new Set(accepted);
  let redriven = 0;
  for (let round = 0; round < 4; round += 1) {
    const worked = await redriveCases(system, (subject) => own.has(subject.slice(subject.indexOf('/') + 1)));
    if (worked.open === 0) break;
    redriven += worked.redriven;
    await waitForEnds(system, placed, {
      isFinished: (status) => isEnd(status) && status !== 'PARKED',
      timeoutSeconds: 60,
    });
    await settle(drill, executions, placed);
  }
  progress.phase('count again');
  const after = await readOrderEvidence(sources);
  const seconds = [...endings.values()].map((ending) => ending.seconds).sort((one, other) => one - other);
  const statusCount = (status: string): Figure =>
    informative(`orders ${status}`, before.orders.filter((order) => order.status === status).length);
  return {
    figures: [
      informative('paths', paths.length),
      ...['CONFIRMED', 'REJECTED', 'CANCELLED', 'PARKED'].map(statusCount),
      none(
        figureNames.otherEnd,
        endedOtherwise.map(
          ({ path, orderId }) =>
            `${path.name} (${before.orders.find((order) => order.orderId === orderId)?.status ?? 'missing'}, ${orderId})`,
        ),
      ),
      ...countConservation(before),
      informative('cases re-driven', redriven),
      none(
        figureNames.stillParked,
        after.orders.filter(({ status }) => status === 'PARKED').map(({ orderId }) => orderId),
      ),
      none(figureNames.stillOpen, after.ordersWithOpenCase),
      ...countConservation(after, { suffix: AFTER }),
      informative('median time to an end', seconds[Math.floor(seconds.length / 2)] ?? Number.NaN, 's'),
      informative('longest time to an end', seconds.at(-1) ?? Number.NaN, 's'),
    ],
    plots: [
      gridOf(placed, endings, true),
      gridOf(placed, endings, false),
      {
        kind: 'bars',
        title: 'The slowest paths to an end',
        unit: 's',
        bars: placed
          .map(({ path, orderId }) => ({ label: path.name, value: endings.get(orderId)?.seconds ?? 0 }))
          .sort((one, other) => other.value - one.value)
          .slice(0, 12),
      },
    ],
  };
};

/** System 8: integrity across services without a distributed transaction. */
export const sagaDrill: Drill = {
  name: 'saga',
  claim:
    'Whatever fails, times out or happens twice: every order ends done, compensated or parked with an explanation, and money, stock and parcels add up.',
  protections,
  localOnly: 'its steps are made to fail through order metadata, which only the local stage allows',
  run,
};
