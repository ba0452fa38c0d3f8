import type { FlagSet } from '../../lambdas/shared/flag-set.contract';

/** Who gets which variant of a flag, for people. */
export const whoGetsWhat = ({
  variants,
  state: { variant, clients = {}, rollout },
}: FlagSet['flags'][string]): string => {
  const value = (name: string): string => `${name} (${JSON.stringify(variants[name])})`;
  const named = Object.entries(clients).map(([name, ids]) => `${value(name)} for ${ids.join(', ')}`);
  const drawn = rollout ? [`${value(rollout.variant)} for ${rollout.percent} %`] : [];
  return [...named, ...drawn, `${value(variant)}${named.length + drawn.length > 0 ? ' for the others' : ''}`].join(
    '; ',
  );
};
