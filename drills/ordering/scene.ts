import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { DrillRun } from '../harness/drill';
import type { ActivityDelivery, ActivityLoad } from './activity-load';
import { appendRecords } from './append-records';
import { type ActivityConsumer, activityConsumers, type SeenPosition } from './count-activity';
import { readPositions } from './read-positions';
import { activityRecord, visitEntity, type Writer } from './records';
import type { StockLoad } from './stock-load';

/** Positions of each consumer of the log of what customers do. */
export type Positions = Readonly<Record<ActivityConsumer, readonly SeenPosition[]>>;

/** What the parts of a run share. */
export interface Scene {
  readonly run: DrillRun;
  readonly kinesis: KinesisClient;
  readonly load: ActivityLoad;
  readonly stock: StockLoad;
  readonly logs: { readonly activity: string; readonly stock: string };
  /** Name of the bucket that batches go to which Lambda has given up. */
  readonly failures: string;
  readonly tableName: string;
  /** The generation that consumers write to. */
  readonly generation: string;
  readonly writer: Writer;
  /** How long nothing has to happen until it is believed that nothing will. */
  readonly stillSeconds: number;
  /** Events applied by both consumers together, over the seconds of the run. */
  readonly progress: [number, number][];
  readonly seconds: () => number;
}

/** Appends records of visits in their order. */
export const append = async (
  { run, kinesis, logs, writer }: Scene,
  deliveries: readonly ActivityDelivery[],
): Promise<void> => {
  const records = deliveries.map((delivery) => activityRecord(delivery, writer));
  await appendRecords(kinesis, logs.activity, records, (count) =>
    run.progress.update(`${count} of ${records.length} records appended`),
  );
};

/** What both consumers remember of all visits. */
export const lookAtPositions = async (scene: Scene, generation = scene.generation): Promise<Positions> => {
  const { run, tableName, load } = scene;
  const { cloud, documents } = run.system;
  const place = { cloud, documents, tableName };
  const entities = load.visits.map(visitEntity);
  const [timeline, counters] = await Promise.all(
    activityConsumers.map((consumer) => readPositions(place, consumer, generation, entities)),
  );
  const positions = { 'activity.timeline': timeline ?? [], 'activity.counters': counters ?? [] };
  if (generation === scene.generation) scene.progress.push([scene.seconds(), totalOf(positions)]);
  return positions;
};

/** Events that a consumer has behind it. */
export const totalFor = (positions: readonly SeenPosition[]): number =>
  positions.reduce((sum, { sequence }) => sum + sequence, 0);

/** Events that all consumers together have behind them. */
export const totalOf = (positions: Positions): number =>
  activityConsumers.reduce((sum, consumer) => sum + totalFor(positions[consumer]), 0);
