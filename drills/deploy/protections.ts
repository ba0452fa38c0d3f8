import type { Protection } from '../harness/drill';
import { deployVariant } from '../harness/variant';
import { rolloutFigures } from './count-rollouts';
import { deployMutations } from './mutations';
import { putForms } from './order-forms';
import { formFigures } from './rewrite-orders';

/** What the drill's claim rests on. */
export const deployProtections: readonly Protection[] = [
  {
    name: 'judge',
    withoutIt: 'the judge promotes whatever it sees',
    caughtBy: [rolloutFigures.promoted],
    remove: (system) =>
      deployVariant(system, { name: 'judge', functions: ['release/judge-canary'], mutations: deployMutations.judge }),
  },
  {
    name: 'exercise',
    withoutIt: 'a version gets its first traffic whatever it answers to the probes before',
    caughtBy: [rolloutFigures.rare],
    remove: (system) =>
      deployVariant(system, {
        name: 'exercise',
        functions: ['release/exercise-version'],
        mutations: deployMutations.exercise,
      }),
  },
  {
    name: 'both-forms',
    withoutIt: 'the version that writes the new form of orders cannot read the old one',
    caughtBy: [rolloutFigures.failed],
    remove: async (system) => {
      const reader = await system.functionName('ordering/read-order');
      const { restore } = await putForms(system, { reads: [3], writes: 3 }, [reader]);
      return restore;
    },
  },
  {
    name: 'rewrite-condition',
    withoutIt: 'the backfill writes what it has read, whether or not it was changed meanwhile',
    caughtBy: [formFigures.altered],
    remove: (system) =>
      deployVariant(system, {
        name: 'rewrite-condition',
        functions: ['ordering/backfill-orders'],
        mutations: deployMutations.rewriteCondition,
      }),
  },
];
