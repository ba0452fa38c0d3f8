import { messageOf } from '../message-of';
import { bakeWave } from './bake-wave';
import { ReleaseRefusalError, TrainAbortedError, TrainStoppedError } from './release.errors';
import { sendBackText } from './send-back-text';
import { settlingSeconds } from './settling-time';
import { revisionText } from './source-revision';
import type { DeploymentOptions } from './stage-stacks.port';
import type { TrainDeps } from './train-deps';
import type { Train, WaveRecord } from './train-log.port';
import type { TrainStack, Wave } from './train-plan';

type Note = (line: string) => void;

/** Looks after the first one: with ten seconds from one to the next they take `settlingSeconds`. */
const looksUntilGone = settlingSeconds / 10;

const rfc3339 = (milliseconds: number): string => new Date(milliseconds).toISOString();

/**
 * A log may show for a while what was before it was written, also that a train that has just begun does not run. So nobody believes that before the
 * log says how the train has ended, or has shown it for as long as that takes.
 */
const stillOurs = async ({ log, time, lookMilliseconds }: TrainDeps, { id, startedAt }: Train): Promise<void> => {
  for (let looks = 0; ; looks += 1) {
    if ((await log.running())?.id === id) return;
    const last = await log.last();
    // The same train may have been stopped, and begun again, before.
    if (last?.id === id && last.at >= startedAt)
      throw new TrainAbortedError(`the train was ${last.how} by ${last.by}: ${last.why}; no later wave was begun`);
    if (looks === looksUntilGone) throw new TrainAbortedError('the train has ended; no later wave was begun');
    await time.pause(lookMilliseconds);
  }
};

/** Shows the rollouts of a wave that is being deployed, each as often as it changes. */
const showRollouts = ({ rolloutsOf }: TrainDeps, wave: Wave, note: Note) => {
  const told = new Set<string>();
  const tell = (line: string) => {
    if (!told.has(line)) note(line);
    told.add(line);
  };
  return async (): Promise<void> => {
    for (const region of wave.bakes) {
      try {
        for (const { operation, shifted } of await rolloutsOf(region).inProgress())
          tell(`${region}: ${operation}, ${shifted || 'being exercised'}`);
      } catch (error) {
        // For people only: CloudFormation waits for rollouts whether they are seen or not.
        tell(`${region}: rollouts cannot be read (${messageOf(error)})`);
      }
    }
  };
};

/** Some stacks of a wave, and how they are deployed. */
interface WavePart extends Pick<DeploymentOptions, 'force' | 'note'> {
  readonly wave: Wave;
  readonly stacks: readonly TrainStack[];
}

const deployWatched = async (deps: TrainDeps, train: Train, part: WavePart): Promise<void> => {
  const { wave, stacks, force, note } = part;
  const stop = new AbortController();
  let isOver = false;
  const deployment = deps.stacks.deploy(stacks, { note, signal: stop.signal, force }).finally(() => {
    isOver = true;
  });
  const show = showRollouts(deps, wave, note);
  const watch = async (): Promise<void> => {
    while (!isOver) {
      await stillOurs(deps, train);
      await show();
      await Promise.race([deps.time.pause(deps.lookMilliseconds), deployment.catch(() => undefined)]);
    }
  };
  const watching = watch().catch((error: unknown) => {
    stop.abort();
    throw error;
  });
  const [deployed, watched] = await Promise.allSettled([deployment, watching]);
  // Whoever aborts a train makes its deployment fail, too: the abortion is the reason.
  if (watched.status === 'rejected') throw watched.reason;
  if (deployed.status === 'rejected') throw deployed.reason;
};

/** @throws ReleaseRefusalError an earlier wave has not come as far as it has to */
const requireEarlierWaves = (
  plan: readonly Wave[],
  records: Readonly<Record<string, WaveRecord>>,
  wave: Wave,
): void => {
  for (const earlier of plan.slice(0, plan.indexOf(wave))) {
    const record = records[earlier.name];
    if (record?.digest !== earlier.digest)
      throw new ReleaseRefusalError(
        `${earlier.name} comes before ${wave.name}, and has not been deployed from these sources`,
      );
    if (earlier.bakes.length > 0 && record.bakedAt === undefined)
      throw new ReleaseRefusalError(`${earlier.name} comes before ${wave.name}, and has not baked`);
  }
};

/** What a wave had that has baked, before the train came: where it is sent back to. */
const knownGood = (record: WaveRecord | undefined, { revision }: Train): string | undefined => {
  const candidates = [record?.bakedAt === undefined ? undefined : record.revision, record?.before];
  return candidates.find((candidate) => candidate !== undefined && candidate !== revision);
};

/**
 * Deploys a wave, and shows its rollouts meanwhile. May be repeated: what is as it should be is left alone.
 * @throws ReleaseRefusalError an earlier wave has not come as far as it has to
 * @throws TrainAbortedError the train was aborted
 */
export const deployWave = async (deps: TrainDeps, train: Train, wave: Wave, note: Note): Promise<void> => {
  const { plan, log, stacks, time } = deps;
  await stillOurs(deps, train);
  const records = await log.waves();
  requireEarlierWaves(plan, records, wave);
  const record = records[wave.name];
  const there = await stacks.deployed(wave.stacks);
  const unchanged = wave.stacks.filter(({ id, digest }) => there.get(id) === digest);
  const hasChanges = unchanged.length < wave.stacks.length;
  const readsBefore = await stacks.digestOfReads(wave.stacks);
  // What nobody has recorded is taken for what it was deployed with.
  const { reads: deployedWith = readsBefore } = record ?? {};
  if (!hasChanges && readsBefore === deployedWith) {
    note('nothing changes');
    if (record?.digest === wave.digest && record.reads !== undefined) return;
  } else {
    await log.report({ wave: wave.name, step: 'deploying' });
    if (hasChanges) await deployWatched(deps, train, { wave, stacks: wave.stacks, force: false, note });
    const readers = unchanged.filter(({ reads }) => reads.length > 0);
    if (readers.length > 0 && (await stacks.digestOfReads(wave.stacks)) !== deployedWith)
      await deployWatched(deps, train, { wave, stacks: readers, force: true, note });
  }
  const before = knownGood(record, train);
  await log.record(wave.name, {
    digest: wave.digest,
    reads: await stacks.digestOfReads(wave.stacks),
    revision: train.revision,
    ...(before !== undefined && { before }),
    deployedAt: rfc3339(time.now()),
  });
};

/**
 * Lets a wave bake that was deployed; one that has baked already need not again.
 * @throws ReleaseRefusalError it was not deployed from these sources
 * @throws TrainStoppedError it has baked badly
 * @throws TrainAbortedError the train was aborted
 */
export const letBake = async (deps: TrainDeps, train: Train, wave: Wave, note: Note): Promise<void> => {
  const { stage, log, time, watchOf, bakeMilliseconds, lookMilliseconds } = deps;
  const record = (await log.waves())[wave.name];
  if (record?.digest !== wave.digest)
    throw new ReleaseRefusalError(`${wave.name} has not been deployed from these sources: there is nothing to bake`);
  if (record.bakedAt !== undefined) {
    note(`has baked at ${record.bakedAt}`);
    return;
  }
  const until = time.now() + bakeMilliseconds;
  await log.report({ wave: wave.name, step: 'baking', until: rfc3339(until) });
  const watches = wave.bakes.map(watchOf);
  const ours = () => stillOurs(deps, train);
  const { despite } = train;
  try {
    await bakeWave({ wave: wave.name, watches, until, lookMilliseconds, despite, time, stillOurs: ours, note });
  } catch (error) {
    if (!(error instanceof TrainStoppedError)) throw error;
    const back = sendBackText(stage, wave.name, record.before);
    throw new TrainStoppedError(`${error.message}\n  no later wave was begun. ${back}`, { cause: error });
  }
  await log.record(wave.name, { ...record, bakedAt: rfc3339(time.now()) });
};

/**
 * Ends a train that this process is driving, for whoever starts another one; the driver finds that out at its next look.
 * @returns whether there was one: not before it has begun, nor after it has ended
 */
export const leaveTrain = async (
  { log, by, time }: Pick<TrainDeps, 'log' | 'by' | 'time'>,
  id: string,
): Promise<boolean> => {
  if ((await log.running())?.id !== id) return false;
  await log.end({ id, how: 'stopped', why: 'whoever drove it has left', by, at: rfc3339(time.now()) });
  return true;
};

/**
 * Does steps of a train; whatever fails stops it.
 * @param isLast whether the train has arrived with these steps
 * @throws TrainStoppedError a step has failed; another train may begin
 * @throws TrainAbortedError the train was aborted
 */
export const driveTrain = async (
  deps: TrainDeps,
  train: Train,
  isLast: boolean,
  steps: () => Promise<void>,
): Promise<void> => {
  const { log, by, time } = deps;
  const end = (how: 'arrived' | 'stopped', why: string) =>
    log.end({ id: train.id, how, why, by, at: rfc3339(time.now()) });
  try {
    await steps();
  } catch (error) {
    if (error instanceof TrainAbortedError) throw error;
    // A deployment fails when its rollouts are stopped, perhaps before anybody has looked whether the train was aborted.
    await stillOurs(deps, train);
    const why = messageOf(error);
    await end('stopped', why);
    throw error instanceof TrainStoppedError
      ? error
      : new TrainStoppedError(`the train stands: ${why}`, { cause: error });
  }
  if (isLast) await end('arrived', `${revisionText(train.revision)} is in all regions`);
};
