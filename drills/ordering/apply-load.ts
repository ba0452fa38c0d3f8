import { setTimeout as sleep } from 'node:timers/promises';
import { GetEventSourceMappingCommand, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { reshardStream } from '../../local/stream/reshard-stream';
import { silentTaskList } from '../../local/terminal/task-list';
import type { DrilledFunction } from '../harness/deployed-system';
import { startWorkerKiller, type WorkerKiller } from '../harness/worker-killer';
import { type ActivityDelivery, applicable, countEarly, type Visit } from './activity-load';
import { appendRecords } from './append-records';
import { type ActivityConsumer, activityConsumers, type SeenPosition } from './count-activity';
import { giveUpEarly, type ImpatientMapping } from './give-up-early';
import { isEmbedded, orderingFault, type Part, repeats } from './ordering-faults';
import { stockRecord, visitEntity } from './records';
import { append, lookAtPositions, type Positions, type Scene, totalFor } from './scene';
import { stretchesOf } from './stretches';
import { untilStill } from './until-still';

const consumers = {
  'activity.timeline': 'activity/record-timeline',
  'activity.counters': 'activity/count-activity',
} as const satisfies Record<ActivityConsumer, DrilledFunction>;
const LEDGER = 'activity/keep-stock-ledger';

/** What was seen while the load was applied. */
export interface Course {
  /** Events a second that each consumer handled while nobody disturbed it. */
  readonly pace: number;
  /** Positions on the way, each as often as it changed. */
  readonly onTheWay: Record<ActivityConsumer, SeenPosition[]>;
  /** When workers were killed, in seconds from the start. */
  readonly kills: readonly number[];
}

/** Remembers positions that have changed since they were last remembered. */
const remember = (course: Course, positions: Positions): void => {
  for (const consumer of activityConsumers) {
    const known = course.onTheWay[consumer];
    const last = new Map(known.map(({ entity, sequence }) => [entity, sequence]));
    known.push(...positions[consumer].filter(({ entity, sequence }) => last.get(entity) !== sequence));
  }
};

/** Waits until both consumers have applied so many events, or do nothing any more. */
const untilApplied = async (scene: Scene, course: Course, wanted: number, stillSeconds: number): Promise<void> => {
  await untilStill({
    look: async () => {
      const positions = await lookAtPositions(scene);
      remember(course, positions);
      scene.run.progress.update(
        activityConsumers.map((consumer) => `${totalFor(positions[consumer])} events in ${consumer}`).join(', '),
      );
      return positions;
    },
    isDone: (positions) => activityConsumers.every((consumer) => totalFor(positions[consumer]) >= wanted),
    shown: (positions) => activityConsumers.map((consumer) => totalFor(positions[consumer])).join(),
    stillSeconds,
  });
};

const calmly = async (scene: Scene, course: Course, deliveries: readonly ActivityDelivery[]): Promise<number> => {
  const startedAt = Date.now();
  const wanted = applicable(scene.load.visits, deliveries);
  await append(scene, deliveries);
  await untilApplied(scene, course, wanted, scene.stillSeconds / 3);
  return wanted / ((Date.now() - startedAt) / 1000);
};

const killersOf = async (scene: Scene, kills: number[]): Promise<readonly WorkerKiller[]> => {
  const { run } = scene;
  if (!isEmbedded(run)) return [];
  const { system, random, size, faults } = run;
  const start = (entry: DrilledFunction, fault: string, atMost: number): Promise<WorkerKiller> =>
    startWorkerKiller({
      ...{ system, entry, atMost, random: random.fork(entry), pauseMilliseconds: size === 'full' ? 600 : 250 },
      onKill: () => {
        kills.push(scene.seconds());
        faults.happened(fault);
      },
    });
  const most = size === 'full' ? 25 : 6;
  return Promise.all([
    start(consumers['activity.timeline'], orderingFault.killedTimeline, most),
    start(consumers['activity.counters'], orderingFault.killedCounters, most),
    start(LEDGER, orderingFault.killedLedger, 5),
  ]);
};

const STOCK_AT_ONCE = 10;
const STOCK_PAUSE_MILLISECONDS = 150;

/** A few movements at a time: all at once are two batches, and over before anybody can kill their worker. */
const appendStock = async ({ kinesis, logs, stock, writer }: Scene): Promise<void> => {
  const records = stock.deliveries.map((movement) => stockRecord(movement, writer));
  for (let at = 0; at < records.length; at += STOCK_AT_ONCE) {
    await appendRecords(kinesis, logs.stock, records.slice(at, at + STOCK_AT_ONCE), () => undefined);
    await sleep(STOCK_PAUSE_MILLISECONDS);
  }
};

const roughly = async (
  scene: Scene,
  course: Course,
  before: number,
  deliveries: readonly ActivityDelivery[],
): Promise<void> => {
  const { logs, run } = scene;
  const reshard = (how: 'split' | 'merge', shardId?: string): Promise<readonly string[]> =>
    reshardStream(
      run.system.cloud,
      { streamName: logs.activity, how, ...(shardId !== undefined && { shardId }) },
      silentTaskList(),
    );
  const third = Math.ceil(deliveries.length / 3);
  const killers = await killersOf(scene, course.kills as number[]);
  try {
    const stock = appendStock(scene);
    await append(scene, deliveries.slice(0, third));
    const [untouched] = await reshard('split');
    run.faults.happened(orderingFault.split);
    await append(scene, deliveries.slice(third, 2 * third));
    // With one of the halves: each child then has parents of its own.
    await reshard('merge', untouched);
    run.faults.happened(orderingFault.merged);
    await append(scene, deliveries.slice(2 * third));
    await stock;
    await untilApplied(scene, course, before, scene.stillSeconds / 2);
  } finally {
    for (const killer of killers) await killer.stop();
  }
};

/** Whole visits that are like any other, for faults that hit a few. */
const plainVisits = (scene: Scene, from: number, count: number): readonly Visit[] =>
  scene.load.visits.filter(({ plan }) => plan.kind === 'plain').slice(from, from + count);

const busyVisits = 5;

/** Makes partitions of visits too busy for as long as `work` takes. */
const whileBusy = async (scene: Scene, visits: readonly Visit[], work: () => Promise<void>): Promise<void> => {
  const { system, faults } = scene.run;
  const { region, local } = system.cloud;
  if (!isEmbedded(scene.run) || local === undefined) return work();
  await local.control.putThrottling(region, visits.map(visitEntity));
  try {
    await work();
    const { throttling } = await local.control.status();
    faults.happened(orderingFault.busy, throttling[region]?.refused ?? 0);
  } finally {
    await local.control.putThrottling(region, []);
  }
};

const LOOK_MILLISECONDS = 100;
const LOOKS = 150;

/** Looks until it is so, but not for ever: what does not come shows in what is counted. */
const soon = async (isSo: () => Promise<boolean>): Promise<void> => {
  for (let look = 0; look < LOOKS && !(await isSo()); look += 1) await sleep(LOOK_MILLISECONDS);
};

/** Has Lambda give up batches that hold records of visits whose partitions are too busy: the log is all that has them then. */
const lossily = async (scene: Scene, course: Course, deliveries: readonly ActivityDelivery[]): Promise<void> => {
  const { run } = scene;
  if (!isEmbedded(run)) return append(scene, deliveries);
  const mappings: ImpatientMapping[] = [];
  try {
    for (const consumer of activityConsumers)
      mappings.push(await giveUpEarly(run.system, consumers[consumer], scene.failures));
    await whileBusy(scene, plainVisits(scene, 0, busyVisits), async () => {
      await append(scene, deliveries);
      for (const { givenUp } of mappings) await soon(async () => (await givenUp()) > 0);
      await untilApplied(scene, course, Number.POSITIVE_INFINITY, 4);
    });
    for (const { givenUp } of mappings) run.faults.happened(orderingFault.givenUp, await givenUp());
  } finally {
    for (const { restore } of mappings) await restore();
  }
};

/** Whether a function's stream has had a batch that was not handled whole. */
const hasFailed = async ({ system }: Scene['run'], entry: DrilledFunction): Promise<boolean> => {
  const FunctionName = `${await system.functionName(entry)}:live`;
  const { EventSourceMappings = [] } = await system.lambda.send(new ListEventSourceMappingsCommand({ FunctionName }));
  const UUID = EventSourceMappings[0]?.UUID;
  return (await system.lambda.send(new GetEventSourceMappingCommand({ UUID }))).LastProcessingResult === 'FAILED';
};

/** Partitions that are too busy when the last events of their visits come: nothing that follows would show that they are missing. */
const busily = async (scene: Scene, deliveries: readonly ActivityDelivery[]): Promise<void> => {
  await whileBusy(scene, plainVisits(scene, busyVisits, busyVisits), async () => {
    await append(scene, deliveries);
    if (!isEmbedded(scene.run)) return;
    await Promise.all(Object.values(consumers).map((entry) => soon(() => hasFailed(scene.run, entry))));
  });
};

/** Appends everything but what is held back until it is missed, and does to the consumers what the parts of the run say. */
export const applyLoad = async (scene: Scene, parts: ReadonlySet<Part>): Promise<Course> => {
  const { run, load, stock } = scene;
  const { progress, faults } = run;
  const events = load.visits[0]?.events ?? 0;
  const { calm, rough, lossy, quiet, busy } = stretchesOf(load, events);
  const course: Course = { pace: 0, onTheWay: { 'activity.timeline': [], 'activity.counters': [] }, kills: [] };

  progress.phase('append events while nobody disturbs the consumers');
  const pace = await calmly(scene, course, calm);
  if (parts.has('rough')) {
    progress.phase('append events while workers are killed and lanes are split and merged');
    await roughly(scene, course, applicable(load.visits, [...calm, ...rough]), rough);
  } else await append(scene, rough);
  if (parts.has('lossy')) {
    progress.phase('append events while Lambda gives up batches');
    await lossily(scene, course, lossy);
  } else await append(scene, lossy);
  progress.phase('append the rest');
  await append(scene, quiet);
  // What comes late comes before anybody waits for something else: a missing event is looked for after seconds here, and parked.
  const last = [...busy, ...load.late];
  if (parts.has('busy')) {
    progress.phase('append the last of it while some partitions are too busy');
    await busily(scene, last);
  } else await append(scene, last);

  faults.happened(orderingFault.late, load.late.length);
  faults.happened(orderingFault.duplicates, repeats(parts, load, stock));
  faults.happened(orderingFault.early, countEarly(load.deliveries));
  faults.happened(orderingFault.poison, load.deliveries.filter(({ form }) => form !== 'event').length);
  return { ...course, pace };
};
