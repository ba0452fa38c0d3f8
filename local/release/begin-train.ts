import { messageOf } from '../message-of';
import { seenWrongIn } from './bake-wave';
import type { RegionWatch } from './region-watch.port';
import { ReleaseRefusalError } from './release.errors';
import { revisionText } from './source-revision';
import type { TrainDeps } from './train-deps';
import type { Train } from './train-log.port';

/** What a train is to be. */
export interface TrainWish {
  readonly id: string;
  /** As `revisionOfSources` writes it. */
  readonly revision: string;
  /** What rings already does not keep it from starting, and is not held against it. */
  readonly despiteAlarms: boolean;
}

const trainText = ({ by, startedAt, revision }: Train): string =>
  `${revisionText(revision)} by ${by}, since ${startedAt}`;

/** A region that a train may come to. */
interface Destination {
  readonly watch: RegionWatch;
  /** Whether a train has been there. */
  readonly isRecorded: boolean;
}

const destinations = async ({ plan, log, watchOf }: TrainDeps): Promise<readonly Destination[]> => {
  const records = await log.waves();
  return plan.flatMap(({ name, bakes }) =>
    bakes.map((region) => ({ watch: watchOf(region), isRecorded: records[name] !== undefined })),
  );
};

/** What is wrong in a region; in one that does not serve yet there is nothing to watch. */
const troublesOf = async ({ watch, isRecorded }: Destination) => {
  try {
    if (!isRecorded && !(await watch.isServing())) return [];
    return await seenWrongIn(watch);
  } catch (cause) {
    throw new ReleaseRefusalError(
      `nothing was deployed: it cannot be told whether ${watch.region} is well, and no bake could (${messageOf(cause)})`,
      { cause },
    );
  }
};

const anotherRuns = (other: Train | undefined): ReleaseRefusalError =>
  new ReleaseRefusalError(
    `another train runs: ${other === undefined ? 'it has just begun' : trainText(other)}\n  "npm run release -- status" shows where it is; if nobody drives it any more, "abort" ends it`,
  );

/**
 * The train of an id, if it runs already.
 * @throws ReleaseRefusalError another train runs
 */
export const runningUnlessOther = async ({ log }: Pick<TrainDeps, 'log'>, id: string): Promise<Train | undefined> => {
  const running = await log.running();
  if (running !== undefined && running.id !== id) throw anotherRuns(running);
  return running;
};

const requireNotAborted = async ({ log }: TrainDeps, id: string): Promise<void> => {
  if (!(await log.aborted()).includes(id)) return;
  const last = await log.last();
  const how = last?.id === id ? ` at ${last.at} by ${last.by}: ${last.why}` : ', before the last one';
  throw new ReleaseRefusalError(`this train was aborted${how}; start another one`);
};

/**
 * Begins a train, or goes on with the one of the same id.
 * @throws ReleaseRefusalError another train runs, this one was aborted, or something is wrong in a region already; nothing was changed
 */
export const beginTrain = async (deps: TrainDeps, { id, revision, despiteAlarms }: TrainWish): Promise<Train> => {
  const { log, by, time } = deps;
  const running = await runningUnlessOther(deps, id);
  if (running !== undefined) return running;
  await requireNotAborted(deps, id);
  const troubles = (await Promise.all((await destinations(deps)).map(troublesOf))).flat();
  if (troubles.length > 0 && !despiteAlarms)
    throw new ReleaseRefusalError(
      `nothing was deployed, as nobody could tell whether the release does it: ${troubles.map(({ text }) => text).join('; ')}\n  --despite-alarms goes on, and holds only against the release what begins to ring`,
    );
  const startedAt = new Date(time.now()).toISOString();
  const train = { id, by, startedAt, revision, despite: troubles.map(({ mark }) => mark) };
  if (!(await log.begin(train))) throw anotherRuns(await log.running());
  return train;
};
