import { foundationWave } from '../../lib/app/train-waves';
import type { AbortedRegion } from './abort-train';
import type { Rollout } from './rollouts.port';
import { revisionText } from './source-revision';
import type { Train, TrainEnding, TrainProgress, WaveRecord } from './train-log.port';
import type { TrainStack, Wave } from './train-plan';

const stacksText = (count: number): string => `${count} ${count === 1 ? 'stack' : 'stacks'}`;

const markOf = (stack: TrainStack, deployed: ReadonlyMap<string, string>): string => {
  const there = deployed.get(stack.id);
  if (there === undefined) return '+';
  return there === stack.digest ? ' ' : '~';
};

const afterText = ({ name, bakes }: Wave, bakeMinutes: number): string => {
  if (bakes.length > 0) return `, then ${bakeMinutes} min of bake`;
  return name === foundationWave ? ': what an earlier wave needs of a later one' : ': what needs all regions';
};

/** The waves with their stacks. `+` would be made, `~` would change. */
export const planText = (plan: readonly Wave[], deployed: ReadonlyMap<string, string>, bakeMinutes: number): string => {
  const blocks = plan.map((wave) => {
    const lines = wave.stacks.map((stack) => {
      const why = stack.neededBy === undefined ? '' : `  (${stack.neededBy} needs it)`;
      return `  ${markOf(stack, deployed)} ${stack.id}${why}`;
    });
    return [`${wave.name}: ${stacksText(wave.stacks.length)}${afterText(wave, bakeMinutes)}`, ...lines].join('\n');
  });
  const stacks = plan.flatMap((wave) => wave.stacks);
  const changing = stacks.filter((stack) => markOf(stack, deployed) !== ' ');
  return [...blocks, `${changing.length} of ${stacksText(stacks.length)} would be made (+) or change (~)`].join('\n\n');
};

/** What is known of one region. */
export interface RegionState {
  readonly region: string;
  /** `undefined`: they cannot be read. */
  readonly rollouts: readonly Rollout[] | undefined;
  /** For people; what cannot be told is among it. */
  readonly troubles: readonly string[];
}

/** Where a stage stands. */
export interface ReleaseState {
  readonly running: Train | undefined;
  readonly progress: TrainProgress | undefined;
  readonly last: TrainEnding | undefined;
  /** Names, in the order of the train. */
  readonly waves: readonly string[];
  readonly records: Readonly<Record<string, WaveRecord>>;
  readonly regions: readonly RegionState[];
  readonly now: Date;
}

const progressText = (progress: TrainProgress | undefined, now: Date): string => {
  if (progress === undefined) return 'about to begin';
  const { wave, step, until } = progress;
  if (until === undefined) return `${step} ${wave}`;
  const left = Math.ceil((Date.parse(until) - now.getTime()) / 1000);
  return `${step} ${wave}, ${left > 0 ? `${left} s left` : 'over any moment'}`;
};

const trainText = ({ running, progress, last, now }: ReleaseState): string => {
  if (running !== undefined) {
    const { length } = running.despite;
    const alarms = length === 1 ? 'alarm' : 'alarms';
    const despite = length > 0 ? `\n  in spite of  ${length} ${alarms} that rang when it began` : '';
    return `train: ${revisionText(running.revision)} by ${running.by} since ${running.startedAt}\n  is           ${progressText(progress, now)}${despite}`;
  }
  return `train: none${last === undefined ? '' : `; the last one ${last.how} at ${last.at}, ${last.by}:\n  ${last.why}`}`;
};

const waveText = (name: string, record: WaveRecord | undefined): string => {
  if (record === undefined) return `  ${name}: by no train yet`;
  const baked = record.bakedAt === undefined ? '' : `, baked ${record.bakedAt}`;
  return `  ${name}: ${revisionText(record.revision)}, deployed ${record.deployedAt}${baked}`;
};

const rolloutsText = (rollouts: readonly Rollout[] | undefined): string => {
  if (rollouts === undefined) return 'cannot be read';
  const lines = rollouts.map(
    ({ operation, shifted, deploymentId }) => `${operation} (${deploymentId}): ${shifted || 'nothing shifted yet'}`,
  );
  return lines.join('; ') || 'none';
};

const regionText = ({ region, rollouts, troubles }: RegionState): string =>
  [region, `  rollouts  ${rolloutsText(rollouts)}`, `  wrong     ${troubles.join('; ') || 'nothing'}`].join('\n');

/** Where the train is, what each wave has, and how each region is. */
export const statusText = (state: ReleaseState): string =>
  [
    trainText(state),
    ['waves', ...state.waves.map((name) => waveText(name, state.records[name]))].join('\n'),
    ...state.regions.map(regionText),
  ].join('\n\n');

/** What an abortion has done. */
export const abortText = (regions: readonly AbortedRegion[]): string =>
  [
    'the train is aborted: no further wave begins. Stacks that CloudFormation is changing go back with their rollouts, or are finished.',
    ...regions.map(({ region, stopped, failures }) => {
      const sentBack = stopped.length > 0 ? `sent back: ${stopped.join(', ')}` : 'no rollout was under way';
      return `  ${region}: ${sentBack}${failures.length > 0 ? `; NOT stopped: ${failures.join('; ')}` : ''}`;
    }),
  ].join('\n');
