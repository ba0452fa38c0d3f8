import type { RegionWatch } from './region-watch.port';
import { ReleaseRefusalError } from './release.errors';
import { revisionText } from './source-revision';
import type { TrainDeps } from './train-deps';
import type { Train } from './train-log.port';
import type { Wave } from './train-plan';
import { troubleMark } from './trouble-mark';

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

/** Regions that serve already: of one that was never deployed as a whole there is nothing to watch yet. */
const servingRegions = async ({ plan, stacks, log }: TrainDeps): Promise<readonly string[]> => {
  const records = await log.waves();
  const serves = async ({ name, stacks: own }: Wave) =>
    records[name] !== undefined || (await stacks.deployed(own)).size === own.length;
  const waves = plan.filter(({ bakes }) => bakes.length > 0);
  const regions = waves.map(async (wave) => ((await serves(wave)) ? wave.bakes : []));
  return (await Promise.all(regions)).flat();
};

const troublesOf = async (watch: RegionWatch) => {
  try {
    const troubles = await watch.troubles();
    return troubles.map(({ name, what }) => ({
      mark: troubleMark(watch.region, name),
      text: `${watch.region}: ${name} (${what})`,
    }));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ReleaseRefusalError(
      `nothing was deployed: it cannot be told whether ${watch.region} is well, and no bake could (${why})`,
      { cause },
    );
  }
};

const anotherRuns = (other: Train | undefined): ReleaseRefusalError =>
  new ReleaseRefusalError(
    `another train runs: ${other === undefined ? 'it has just begun' : trainText(other)}\n  "npm run release -- status" shows where it is; if nobody drives it any more, "abort" ends it`,
  );

/** @throws ReleaseRefusalError another train runs */
export const requireNoOther = async ({ log }: Pick<TrainDeps, 'log'>, id: string): Promise<void> => {
  const running = await log.running();
  if (running !== undefined && running.id !== id) throw anotherRuns(running);
};

/**
 * Begins a train, or goes on with the one of the same id.
 * @throws ReleaseRefusalError another train runs, this one was aborted, or something is wrong in a region already; nothing was changed
 */
export const beginTrain = async (deps: TrainDeps, { id, revision, despiteAlarms }: TrainWish): Promise<Train> => {
  const { log, by, time } = deps;
  await requireNoOther(deps, id);
  const running = await log.running();
  if (running !== undefined) return running;
  const last = await log.last();
  if (last?.id === id && last.how === 'aborted')
    throw new ReleaseRefusalError(`this train was aborted at ${last.at} by ${last.by}: ${last.why}; start another one`);
  const watches = (await servingRegions(deps)).map(deps.watchOf);
  const troubles = (await Promise.all(watches.map(troublesOf))).flat();
  if (troubles.length > 0 && !despiteAlarms)
    throw new ReleaseRefusalError(
      `nothing was deployed, as nobody could tell whether the release does it: ${troubles.map(({ text }) => text).join('; ')}\n  --despite-alarms goes on, and holds only against the release what begins to ring`,
    );
  const startedAt = new Date(time.now()).toISOString();
  const train = { id, by, startedAt, revision, despite: troubles.map(({ mark }) => mark) };
  if (!(await log.begin(train))) throw anotherRuns(await log.running());
  return train;
};
