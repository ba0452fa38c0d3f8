import type { DrilledFunction } from '../harness/deployed-system';
import type { Protection } from '../harness/drill';
import type { Mutation } from '../harness/mutation';
import { deployVariant } from '../harness/variant';
import { sealClosed } from './close-hour';
import { attackFigures } from './count-attacks';
import { erasureFigures } from './count-erasure';
import { recordFigures } from './count-records';
import { tamperingFigures } from './count-tampering';
import { auditMutations } from './mutations';
import { lastSealNumber, takeBackSeals } from './take-back-seals';

const without = (
  name: string,
  withoutIt: string,
  caughtBy: readonly string[],
  mutations: readonly Mutation[],
  functions: readonly DrilledFunction[],
): Protection => ({
  ...{ name, withoutIt, caughtBy },
  remove: (system) => deployVariant(system, { name, functions, mutations }),
});

const chainLink = without(
  'chain-link',
  'a link’s hash says nothing of the link before it',
  [tamperingFigures.missed, tamperingFigures.accused],
  auditMutations.chainLink,
  ['audit/chain-records'],
);

const seal = without(
  'seal',
  'seals are written down, and nobody signs them',
  [tamperingFigures.accused],
  auditMutations.seal,
  ['audit/seal-chains'],
);

/** What the claim rests on. */
export const auditProtections: readonly Protection[] = [
  without(
    'write-ahead',
    'read-order answers without waiting for its record',
    [recordFigures.missing],
    auditMutations.writeAhead,
    ['ordering/read-order'],
  ),
  chainLink,
  {
    ...seal,
    remove: async (system) => {
      const last = await lastSealNumber(system);
      const restore = await seal.remove(system);
      return async () => {
        await restore();
        await takeBackSeals(system, last);
        await sealClosed(system);
      };
    },
  },
  without('baseline', 'no access is held against what is usual', [attackFigures.missed], auditMutations.baseline, [
    'audit/watch-access',
  ]),
  without(
    'key-destruction',
    'an erasure leaves the customer’s keys where they are, and certifies that they are gone',
    [erasureFigures.readable],
    auditMutations.keyDestruction,
    ['privacy/erase-subject'],
  ),
];
