import { bucketOf } from './flag-bucket';
import type { Flag } from './flag-set.contract';
import type { FlagValue } from './flag-use.contract';

/** What a flag says to a client, and why; the reasons are OpenFeature's (specification, "Resolution Details"). */
export interface FlagOutcome {
  readonly value: FlagValue;
  readonly variant: string;
  /** `TARGETING_MATCH`: a rule names the client. `SPLIT`: the percentage has decided. `DEFAULT`: neither did. `STATIC`: there are no rules. */
  readonly reason: 'TARGETING_MATCH' | 'SPLIT' | 'DEFAULT' | 'STATIC';
}

/** Answers what a flag says to a client. */
export type FlagRule = (clientId: string | undefined) => FlagOutcome;

/** Makes a flag ready to be asked: what can be looked up is looked up once, and not at each evaluation. */
export const flagRule = (key: string, { variants, state }: Flag): FlagRule => {
  const outcome = (variant: string, reason: FlagOutcome['reason']): FlagOutcome => {
    const value = variants[variant];
    // A checked set of flags has every variant that its rules name.
    if (value === undefined) throw new TypeError(`flag ${key} has no variant ${variant}`);
    return { value, variant, reason };
  };
  const { clients = {}, rollout } = state;
  const named = new Map<string, FlagOutcome>();
  for (const [variant, ids] of Object.entries(clients))
    for (const id of ids) named.set(id, outcome(variant, 'TARGETING_MATCH'));
  const drawn = rollout && { percent: rollout.percent, in: outcome(rollout.variant, 'SPLIT') };
  const others = outcome(state.variant, drawn ? 'SPLIT' : 'DEFAULT');
  const everybody = outcome(state.variant, drawn || named.size > 0 ? 'DEFAULT' : 'STATIC');
  return (clientId) => {
    // Who does not say who they are can be neither named nor drawn.
    if (clientId === undefined) return everybody;
    const mine = named.get(clientId);
    if (mine) return mine;
    if (drawn === undefined) return everybody;
    return bucketOf(key, clientId) < drawn.percent ? drawn.in : others;
  };
};
