import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { clientConfig } from '../../local/deployment/aws-clients';
import { ConsumerFunction } from '../../local/stream/consumer-function';
import { driveReplay, replayLine } from '../../local/stream/replay-run';
import type { DrilledFunction } from '../harness/deployed-system';
import type { Drill, DrillRun, Findings, Protection } from '../harness/drill';
import { informative } from '../harness/figure';
import type { Mutation } from '../harness/mutation';
import { scanTable } from '../harness/scan-table';
import { deployVariant } from '../harness/variant';
import { activityLoad } from './activity-load';
import { applyLoad } from './apply-load';
import { activityFigures, countActivity, expectedReason, type SeenCase } from './count-activity';
import { countStock } from './count-stock';
import { orderingMutations } from './mutations';
import { declareFaults, isEmbedded, orderingFault } from './ordering-faults';
import { countedIn, stockEvidenceFrom, timelineFrom } from './read-evidence';
import { visitEntity } from './records';
import { append, lookAtPositions, type Positions, type Scene, STILL_SECONDS } from './scene';
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

const protections: readonly Protection[] = [
  without(
    'position',
    'every event is applied as it comes, whatever its number',
    [activityFigures.order, activityFigures.orderOnTheWay, activityFigures.counted],
    orderingMutations.position,
  ),
  without(
    'early-room',
    'an event that comes before its turn is applied, and what it overtook is taken for a repeat',
    [activityFigures.lost, activityFigures.order, activityFigures.orderOnTheWay, activityFigures.counted],
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
    [activityFigures.lost, activityFigures.behind, activityFigures.waited],
    orderingMutations.stopAtFailure,
  ),
  without(
    'log-reread',
    'what is missing is never looked for in the log',
    [activityFigures.parkedForNothing, activityFigures.waited],
    orderingMutations.logReread,
  ),
];

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
    stillSeconds: STILL_SECONDS,
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
      stillSeconds: round === 0 ? STILL_SECONDS : STILL_SECONDS / 6,
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
    writer: { region: cloud.region, time: new Date(startedAt).toISOString() },
    progress: [],
    seconds: () => (Date.now() - startedAt) / 1000,
  };
};

const run = async (drill: DrillRun): Promise<Findings> => {
  const { system, progress, faults, random } = drill;
  const scene = await setScene(drill);
  const { load, stock, generation, tableName } = scene;
  const entities = entitiesOf(scene);
  declareFaults(drill, load, stock);
  const countedBefore = countedIn(await scanTable(system, tableName), generation);

  const course = await applyLoad(scene);
  progress.phase('wait until everything is at its end or parked');
  const parked = await untilParked(scene);
  progress.phase('append what was missed, give up what cannot be handled, re-drive the rest');
  await append(scene, load.held);
  faults.happened(orderingFault.held, load.held.length);
  await untilThrough(scene, generation, 2);
  const positions = await lookAtPositions(scene);
  const stillOpen = (await casesAbout(system, entities)).map(seenCase);

  progress.phase('read the log again into another generation');
  const again = `drill-${random.uuid().slice(0, 8)}`;
  const consumer = timelineOf(drill);
  const request = { from: 'horizon', into: again } as const;
  const { read } = await driveReplay(
    request,
    (one) => consumer.replay(one),
    (done) => progress.update(replayLine(done)),
  );
  faults.happened(orderingFault.replayed, read);
  await untilThrough(scene, again, 1);

  progress.phase('count');
  const items = await scanTable(system, tableName);
  const visitIds = new Set(load.visits.map(({ visitId }) => visitId));
  const replayed = (await lookAtPositions(scene, again))['activity.timeline'];
  return {
    figures: [
      informative(
        'events',
        load.visits.reduce((sum, { events }) => sum + events, 0),
      ),
      informative('records appended', load.deliveries.length + load.late.length + load.held.length),
      ...countActivity(load.visits, {
        positions,
        onTheWay: course.onTheWay,
        whileParked: parked.positions,
        timeline: timelineFrom(items, generation, visitIds),
        counted: countedIn(items, generation) - countedBefore,
        parked: parked.cases.map(seenCase),
        stillOpen,
        replayed: { positions: replayed, timeline: timelineFrom(items, again, visitIds) },
      }),
      informative('stock movements', stock.movements.length),
      ...countStock(
        stock,
        stockEvidenceFrom(items, generation, new Set(stock.movements.map(({ orderId }) => orderId))),
      ),
      informative('events a second in each of two consumers, undisturbed', Math.round(course.pace)),
    ],
    plots: [
      {
        kind: 'lines',
        title: 'Events applied',
        xLabel: 'seconds',
        yLabel: 'events',
        series: [{ name: 'both consumers', points: scene.progress }],
        marks: { name: 'worker killed', at: course.kills },
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
