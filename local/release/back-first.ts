import { foundationWave } from '../../lib/app/train-waves';
import { ReleaseRefusalError } from './release.errors';
import type { Wave } from './train-plan';

/**
 * The plan with one wave right after the foundation: that of a region which is sent back to these sources before the others are.
 * @throws ReleaseRefusalError there is no such wave of a region
 */
export const backFirst = (plan: readonly Wave[], name: string): readonly Wave[] => {
  const regional = plan.filter(({ bakes }) => bakes.length > 0);
  if (!regional.some((wave) => wave.name === name))
    throw new ReleaseRefusalError(
      `no wave ${name} can be sent back; expected ${regional.map((wave) => wave.name).join(' or ')}`,
    );
  const turnOf = (wave: Wave): number => [foundationWave, name].indexOf(wave.name);
  const first = plan.filter((wave) => turnOf(wave) >= 0).toSorted((one, other) => turnOf(one) - turnOf(other));
  return [...first, ...plan.filter((wave) => turnOf(wave) < 0)];
};
