import { ReleaseRefusalError } from './release.errors';
import type { TrainDeps } from './train-deps';
import type { Train } from './train-log.port';
import type { Wave } from './train-plan';

/** What a train is to be. */
export interface TrainWish {
  readonly id: string;
  readonly revision: string;
  /** What rings already does not keep it from starting, and is not held against it. */
  readonly despiteAlarms: boolean;
}

const trainText = ({ by, startedAt, revision }: Train): string => `${revision} by ${by}, since ${startedAt}`;

/** Regions that have been deployed before: of others there is nothing to watch yet. */
const deployedRegions = async ({ plan, stacks }: Pick<TrainDeps, 'plan' | 'stacks'>): Promise<readonly string[]> => {
  const isThere = async ({ bakes, stacks: own }: Wave) =>
    bakes.length > 0 && (await stacks.deployed(own)).size > 0 ? bakes : [];
  return (await Promise.all(plan.map(isThere))).flat();
};

/** What is wrong in the regions of a stage; names as a train keeps them, and texts for people. */
export const troublesOf = async (
  deps: Pick<TrainDeps, 'plan' | 'stacks' | 'watchOf'>,
): Promise<readonly { readonly name: string; readonly text: string }[]> => {
  const ask = async (region: string) => {
    const troubles = await deps.watchOf(region).troubles();
    return troubles.map(({ name, what }) => ({ name: `${region}/${name}`, text: `${region}: ${name} (${what})` }));
  };
  return (await Promise.all((await deployedRegions(deps)).map(ask))).flat();
};

/**
 * Begins a train, or goes on with the one of the same id.
 * @throws ReleaseRefusalError another train runs, this one was aborted, or something is wrong in a region already; nothing was changed
 */
export const beginTrain = async (deps: TrainDeps, { id, revision, despiteAlarms }: TrainWish): Promise<Train> => {
  const { log, by, time } = deps;
  const running = await log.running();
  if (running?.id === id) return running;
  const refuseBeside = (other: Train | undefined) =>
    new ReleaseRefusalError(
      `another train runs: ${other === undefined ? 'it has just begun' : trainText(other)}\n  "npm run release -- status" shows where it is; if nobody drives it any more, "abort" ends it`,
    );
  if (running !== undefined) throw refuseBeside(running);
  const last = await log.last();
  if (last?.id === id && last.how === 'aborted')
    throw new ReleaseRefusalError(`this train was aborted at ${last.at} by ${last.by}: ${last.why}; start another one`);
  const troubles = await troublesOf(deps);
  if (troubles.length > 0 && !despiteAlarms)
    throw new ReleaseRefusalError(
      `nothing was deployed, as nobody could tell whether the release does it: ${troubles.map(({ text }) => text).join('; ')}\n  --despite-alarms goes on, and holds only against the release what begins to ring`,
    );
  const startedAt = new Date(time.now()).toISOString();
  const train = { id, by, startedAt, revision, despite: troubles.map(({ name }) => name) };
  if (!(await log.begin(train))) throw refuseBeside(await log.running());
  return train;
};
