import { createHash } from 'node:crypto';
import { completionWave, foundationWave, waveName } from '../../lib/app/train-waves';
import type { StackOutput } from './stack-reads';

/** A stack of a stage as it was synthesized. */
export interface PlannedStack {
  /** Where it stands in its stage: `us-east-1/OrderingService`, `global/Edge`. */
  readonly id: string;
  /** What CloudFormation knows it by. */
  readonly stackName: string;
  /** Where it is deployed; us-east-1 for what is global. */
  readonly region: string;
  /** Digest of its template, which names its functions' code by digests, too. */
  readonly digest: string;
  /** Ids of the stacks that have to be there before it. */
  readonly dependencies: readonly string[];
  /** What it reads from other stacks when it is deployed. */
  readonly reads: readonly StackOutput[];
}

/** A stack, and why it goes before its region's wave. */
export interface TrainStack extends PlannedStack {
  /** Id of the stack that needs it earlier; only in the foundation. */
  readonly neededBy?: string;
}

/** Stacks that are deployed together, and what has to hold before the next wave begins. */
export interface Wave {
  /** `foundation`, the regions joined by `+`, or `completion`. */
  readonly name: string;
  /** Regions that bake once the stacks are deployed; none for what is no region's. */
  readonly bakes: readonly string[];
  readonly stacks: readonly TrainStack[];
  /** Digest of all stacks: the same for the same wave of the same code. */
  readonly digest: string;
}

/** A stack that no wave takes along. */
export class TrainPlanError extends Error {
  override readonly name = 'TrainPlanError';
}

const place = ({ id }: PlannedStack): string => id.split('/')[0] ?? id;

const digestOf = (stacks: readonly PlannedStack[]): string => {
  const lines = stacks.map(({ id, digest }) => `${id} ${digest}`).toSorted();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
};

/**
 * The order in which a stage's stacks are deployed: a wave a group of regions, and around them what belongs to none.
 *
 * - `foundation`: every stack that an earlier wave needs of a later one, and whatever that one needs: keys, tables and their replicas, user pools,
 *   the zone. No more than that, as it reaches all regions before anything has baked.
 * - a wave a group of regions: the rest of their stacks.
 * - `completion`: what is global and needs the regions: DNS that sends clients to them.
 *
 * @param waves every region once, the first to be released first
 * @throws TrainPlanError a stack belongs to no wave, or depends on one that does not exist
 */
export const planTrain = (stacks: readonly PlannedStack[], waves: readonly (readonly string[])[]): readonly Wave[] => {
  const byId = new Map(stacks.map((stack) => [stack.id, stack]));
  const find = (id: string, neededBy: string): PlannedStack => {
    const found = byId.get(id);
    if (found === undefined) throw new TrainPlanError(`${neededBy} depends on ${id}, which is no stack of the stage`);
    return found;
  };
  const turnOf = (stack: PlannedStack): number => {
    const where = place(stack);
    if (where === 'global') return waves.length;
    const turn = waves.findIndex((regions) => regions.includes(where));
    if (turn < 0)
      throw new TrainPlanError(`${stack.id} belongs to no wave; the waves are ${waves.map(waveName).join(', ')}`);
    return turn;
  };
  const early = new Map<string, string>();
  const takeEarly = (stack: PlannedStack, neededBy: string): void => {
    if (early.has(stack.id)) return;
    early.set(stack.id, neededBy);
    for (const id of stack.dependencies) takeEarly(find(id, stack.id), stack.id);
  };
  for (const stack of stacks) {
    const turn = turnOf(stack);
    for (const id of stack.dependencies) {
      const needed = find(id, stack.id);
      if (turnOf(needed) > turn) takeEarly(needed, stack.id);
    }
  }
  const late = (turn: number) => stacks.filter((stack) => !early.has(stack.id) && turnOf(stack) === turn);
  const foundation = stacks.flatMap((stack): TrainStack[] => {
    const neededBy = early.get(stack.id);
    return neededBy === undefined ? [] : [{ ...stack, neededBy }];
  });
  const all = [
    { name: foundationWave, bakes: [], stacks: foundation },
    ...waves.map((regions, turn) => ({ name: waveName(regions), bakes: regions, stacks: late(turn) })),
    { name: completionWave, bakes: [], stacks: late(waves.length) },
  ];
  return all.map((wave) => ({ ...wave, digest: digestOf(wave.stacks) }));
};
