import type { Task, TaskList } from '../terminal/task-list';
import { beginTrain, type TrainWish } from './begin-train';
import { deployWave, driveTrain, letBake } from './drive-train';
import { ReleaseRefusalError } from './release.errors';
import type { TrainDeps } from './train-deps';
import type { Train } from './train-log.port';
import type { Wave } from './train-plan';

/** One step of a train: what a pipeline does in a process of its own. */
export interface TrainStep {
  readonly kind: 'deploy' | 'bake';
  readonly wave: string;
}

const stacksText = (count: number): string => `${count} ${count === 1 ? 'stack' : 'stacks'}`;

const taskOf = (deps: TrainDeps, train: Train, kind: TrainStep['kind'], wave: Wave): Task =>
  kind === 'deploy'
    ? {
        title: `deploy ${wave.name} (${stacksText(wave.stacks.length)})`,
        work: (note) => deployWave(deps, train, wave, note),
      }
    : { title: `let ${wave.name} bake`, work: (note) => letBake(deps, train, wave, note) };

const stepsOf = (wave: Wave): readonly TrainStep['kind'][] => (wave.bakes.length > 0 ? ['deploy', 'bake'] : ['deploy']);

/**
 * Takes a release through all waves: each is deployed and bakes before the next one begins. Started again it goes on where it stood.
 * @throws ReleaseRefusalError it may not begin; nothing was changed
 * @throws TrainStoppedError a wave could not be deployed, or has baked badly
 * @throws TrainAbortedError somebody has aborted it
 */
export const promoteTrain = async (deps: TrainDeps, wish: TrainWish, tasks: TaskList): Promise<void> => {
  const train = await beginTrain(deps, wish);
  const work = deps.plan.flatMap((wave) => stepsOf(wave).map((kind) => taskOf(deps, train, kind, wave)));
  await driveTrain(deps, train, true, () => tasks.inOrder(work));
};

/**
 * Takes one step of a train, which the last one ends.
 * @throws ReleaseRefusalError there is no such step, or it may not begin
 * @throws TrainStoppedError the wave could not be deployed, or has baked badly
 * @throws TrainAbortedError somebody has aborted it
 */
export const takeStep = async (deps: TrainDeps, wish: TrainWish, step: TrainStep, tasks: TaskList): Promise<void> => {
  const wave = deps.plan.find(({ name }) => name === step.wave);
  if (wave === undefined) {
    const known = deps.plan.map(({ name }) => name).join(', ');
    throw new ReleaseRefusalError(`no wave ${step.wave}; there are ${known}`);
  }
  if (!stepsOf(wave).includes(step.kind))
    throw new ReleaseRefusalError(`${wave.name} is no region's, and does not bake`);
  const train = await beginTrain(deps, wish);
  const isLast = wave === deps.plan.at(-1) && step.kind === stepsOf(wave).at(-1);
  await driveTrain(deps, train, isLast, () => tasks.inOrder([taskOf(deps, train, step.kind, wave)]));
};
