import { KinesisClient } from '@aws-sdk/client-kinesis';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { clientConfig } from '../../local/deployment/aws-clients';
import { ConsumerFunction } from '../../local/stream/consumer-function';
import { driveReplay, replayLine } from '../../local/stream/replay-run';
import type { DrilledFunction } from '../harness/deployed-system';
import type { Drill, DrillRun, Findings, Protection } from '../harness/drill';
import { type Figure, informative } from '../harness/figure';
import type { Mutation } from '../harness/mutation';
import { scanTable } from '../harness/scan-table';
import { deployVariant } from '../harness/variant';
import { activityLoad } from './activity-load';
import { applyLoad } from './apply-load';
import {
  activityFigures,
  countActivity,
  countParked,
  expectedReason,
  type ParkedEvidence,
  type SeenCase,
} from './count-activity';
import { countStock } from './count-stock';
import { orderingMutations } from './mutations';
import { declareFaults, type Extent, isEmbedded, orderingFault, type Part } from './ordering-faults';
import { countedIn, stockEvidenceFrom, timelineFrom } from './read-evidence';
import { visitEntity } from './records';
import { append, lookAtPositions, type Positions, type Scene } from './scene';
import { stockLoad } from './stock-load';
import { untilStill } from './until-still';
import { casesAbout, workOffCases } from './work-off-cases';

const TIMELINE = 'activity/record-timeline';
const COUNTERS = 'activity/count-activity';

const sizes = {
  full: { visits: 200, events: 200, duplicates: 0.2, swaps: 0.05, late: 5, held: 3, poison: 2, orders: 1000 },
  reduced: { visits: 60, events: 60, duplicates: 0.2, swaps: 0.05, late: 3, held: 2, poison: 1, orders: 200 },
} as const;

/** Rounds in which an operator works off cases: a case may leave a gap that is parked in turn. */
const ROUNDS = 4;

const without = (
  name: string,
  withoutIt: string,
  caughtBy: readonly string[],
  mutations: readonly Mutation[],
  functions: readonly DrilledFunction[] = [TIMELINE, COUNTERS],
): Protection => ({
  ...{ name, withoutIt, caughtBy },
  remove: (system) => deployVariant(system, { name, functions, mutations }),
});

// A run without a protection ends when all that can be applied is applied or parked: only figures of that moment can notice.
const protections: readonly Protection[] = [
  without(
    'position',
    'every event is applied as it comes, whatever its number',
    [activityFigures.orderOnTheWay],
    orderingMutations.position,
  ),
  without(
    'early-room',
    'an event that comes before its turn is applied, and what it overtook is taken for a repeat',
    [activityFigures.orderOnTheWay],
    orderingMutations.earlyRoom,
  ),
  without(
    'entity-parking',
    'a record that cannot be handled is passed over, and its visit goes on',
    [activityFigures.notParked],
    orderingMutations.entityParking,
  ),
  without(
    'stop-at-failure',
    'a record that could not be written is not reported as failed',
    [activityFigures.waited],
    orderingMutations.stopAtFailure,
  ),
  without(
    'log-reread',
    'what is missing is never looked for in the log',
    [activityFigures.parkedForNothing],
    orderingMutations.logReread,
  ),
];

const everything: ReadonlySet<Part> = new Set<Part>(['rough', 'lossy', 'busy']);
/** What a sabotage run goes through beside events that come twice, early, late or unfit: what the lost protection is for. */
const partsFor: Readonly<Record<string, ReadonlySet<Part>>> = {
  position: new Set(),
  'early-room': new Set(),
  'entity-parking': new Set(),
  'stop-at-failure': new Set<Part>(['busy']),
  'log-reread': new Set<Part>(['lossy']),
};

const entitiesOf = ({ load }: Scene): ReadonlySet<string> => new Set(load.visits.map(visitEntity));

/** Waits until all visits are parked that have to be, and all others are at their end. */
const untilParked = async (scene: Scene) => {
  const { run, load } = scene;
  const entities = entitiesOf(scene);
  const planted = 2 * load.visits.filter((visit) => expectedReason(visit) !== undefined).length;
  const free = new Set(load.visits.filter((visit) => expectedReason(visit) === undefined).map(visitEntity));
  const ends = new Map(load.visits.map((visit) => [visitEntity(visit), visit.events]));
  const through = (positions: Positions): number =>
    Object.values(positions)
      .flat()
      .filter(({ entity, sequence }) => free.has(entity) && sequence === ends.get(entity)).length;
  return untilStill({
    look: async () => {
      const [positions, cases] = [await lookAtPositions(scene), await casesAbout(run.system, entities)];
      run.progress.update(`${through(positions)} of ${2 * free.size} visits at their end, ${cases.length} cases`);
      return { positions, cases };
    },
    isDone: ({ positions, cases }) => through(positions) >= 2 * free.size && cases.length >= planted,
    shown: ({ positions, cases }) => `${through(positions)} ${cases.length}`,
    stillSeconds: scene.stillSeconds,
  });
};

/** Waits until all visits are at their end, in a generation; works off what is parked again. */
const untilThrough = async (scene: Scene, generation: string, consumers: number): Promise<void> => {
  const { run, load } = scene;
  const entities = entitiesOf(scene);
  for (let round = 0; round < ROUNDS; round += 1) {
    const cases = await casesAbout(run.system, entities);
    run.progress.update(`${cases.length} cases to work off`);
    await workOffCases(run.system, cases);
    const wanted = consumers * load.visits.reduce((sum, { events }) => sum + events, 0);
    const total = await untilStill({
      look: async () =>
        Object.values(await lookAtPositions(scene, generation))
          .flat()
          .reduce((sum, { sequence }) => sum + sequence, 0),
      isDone: (sum) => sum >= wanted,
      shown: String,
      stillSeconds: round === 0 ? scene.stillSeconds : scene.stillSeconds / 4,
    });
    if (total >= wanted && (await casesAbout(run.system, entities)).length === 0) return;
  }
};

const seenCase = ({
  consumer = '',
  subject,
  reason,
}: Omit<SeenCase, 'consumer'> & { consumer?: string | undefined }): SeenCase => ({
  ...{ consumer, subject, reason },
});

const timelineOf = ({ system: { cloud } }: DrillRun): ConsumerFunction =>
  new ConsumerFunction(cloud, 'activity.timeline', cloud.outputs.get('ActivityService', 'TimelineFunction'));

/** A gap's patience and the look behind it, which a schedule of a minute brings; the embedded cloud plays that minute in six seconds. */
const stillSecondsOf = async (run: DrillRun): Promise<number> => {
  const { system } = run;
  const command = new GetFunctionConfigurationCommand({ FunctionName: await system.functionName(TIMELINE) });
  const { Environment } = await system.lambda.send(command);
  const patience = Number(Environment?.Variables?.['GAP_PATIENCE_SECONDS']);
  if (!(patience > 0))
    throw new RangeError(`GAP_PATIENCE_SECONDS of ${TIMELINE} is ${patience}, expected some seconds`);
  return patience + (isEmbedded(run) ? 20 : 90);
};

const setScene = async (run: DrillRun): Promise<Scene> => {
  const { system, random, size } = run;
  const { cloud } = system;
  const options = sizes[size];
  const timeline = timelineOf(run);
  const startedAt = Date.now();
  return {
    run,
    // HTTP/1.1, as its functions speak it: emulators close sessions of HTTP/2 in the middle.
    kinesis: new KinesisClient({ ...clientConfig(cloud), requestHandler: new NodeHttpHandler() }),
    load: activityLoad(random.fork('activity'), options),
    stock: stockLoad(random.fork('stock'), options),
    logs: {
      activity: cloud.outputs.get('ActivityStreams', 'ActivityStreamName'),
      stock: cloud.outputs.get('ActivityStreams', 'StockMovementsStreamName'),
    },
    failures: cloud.outputs.get('ActivityStreams', 'FailuresBucketName'),
    tableName: system.tableName('activity'),
    generation: (await timeline.lag()).generation,
    stillSeconds: await stillSecondsOf(run),
    writer: { region: cloud.region, time: new Date(startedAt).toISOString() },
    progress: [],
    seconds: () => (Date.now() - startedAt) / 1000,
  };
};

/** Reads the log into another generation; answers its name. */
const replayAgain = async (scene: Scene): Promise<string> => {
  const { run } = scene;
  const into = `drill-${run.random.uuid().slice(0, 8)}`;
  const consumer = timelineOf(run);
  const { read } = await driveReplay(
    { from: 'horizon', into },
    (one) => consumer.replay(one),
    (done) => run.progress.update(replayLine(done)),
  );
  run.faults.happened(orderingFault.replayed, read);
  await untilThrough(scene, into, 1);
  return into;
};

/** Has what is missed come, works off what is parked, reads the log again; then counts. */
const recover = async (scene: Scene, evidence: ParkedEvidence, countedBefore: number): Promise<readonly Figure[]> => {
  const { run, load, stock, generation, tableName } = scene;
  const { system, progress, faults } = run;
  progress.phase('append what was missed, give up what cannot be handled, re-drive the rest');
  await append(scene, load.held);
  faults.happened(orderingFault.held, load.held.length);
  await untilThrough(scene, generation, 2);
  const positions = await lookAtPositions(scene);
  const stillOpen = (await casesAbout(system, entitiesOf(scene))).map(seenCase);

  progress.phase('read the log again into another generation');
  const again = await replayAgain(scene);

  progress.phase('count');
  const items = await scanTable(system, tableName);
  const visitIds = new Set(load.visits.map(({ visitId }) => visitId));
  const replayed = (await lookAtPositions(scene, again))['activity.timeline'];
  return [
    ...countActivity(load.visits, {
      ...evidence,
      positions,
      timeline: timelineFrom(items, generation, visitIds),
      counted: countedIn(items, generation) - countedBefore,
      stillOpen,
      replayed: { positions: replayed, timeline: timelineFrom(items, again, visitIds) },
    }),
    informative('stock movements', stock.movements.length),
    ...countStock(stock, stockEvidenceFrom(items, generation, new Set(stock.movements.map(({ orderId }) => orderId)))),
  ];
};

const run = async (drill: DrillRun): Promise<Findings> => {
  const { system, progress, sabotage } = drill;
  const scene = await setScene(drill);
  const { load, stock, generation, tableName } = scene;
  const extent: Extent = {
    parts: sabotage === undefined ? everything : (partsFor[sabotage] ?? everything),
    endsParked: sabotage !== undefined,
  };
  declareFaults(drill, extent, load, stock);
  const countedBefore = countedIn(await scanTable(system, tableName), generation);

  const { onTheWay, pace, kills } = await applyLoad(scene, extent.parts);
  progress.phase('wait until everything is at its end or parked');
  const parked = await untilParked(scene);
  const evidence = { onTheWay, whileParked: parked.positions, parked: parked.cases.map(seenCase) };
  return {
    figures: [
      informative(
        'events',
        load.visits.reduce((sum, { events }) => sum + events, 0),
      ),
      informative(
        'records appended',
        load.deliveries.length + load.late.length + (extent.endsParked ? 0 : load.held.length),
      ),
      ...(extent.endsParked ? countParked(load.visits, evidence) : await recover(scene, evidence, countedBefore)),
      informative('events a second in each of two consumers, undisturbed', Math.round(pace)),
    ],
    plots: [
      {
        kind: 'lines',
        title: 'Events applied',
        xLabel: 'seconds',
        yLabel: 'events',
        series: [{ name: 'both consumers', points: scene.progress }],
        marks: { name: 'worker killed', at: kills },
      },
    ],
    notes: isEmbedded(drill)
      ? []
      : [
          'No worker was killed, no partition too busy and no batch given up: that takes the embedded cloud of this machine.',
        ],
  };
};

/** System 4: each event once and in order, whatever the log hands out twice, late or not at all. */
export const orderingDrill: Drill = {
  name: 'ordering',
  claim:
    'Each event of an entity is applied once and in the order of its number, and stock movements in one order, under repeats, swaps, gaps, killed workers, split and merged lanes, lost batches and records that cannot be handled; who is parked holds up nobody else, and the log read again comes to the same.',
  protections,
  run,
};
