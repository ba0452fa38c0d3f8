import type { FlagDefinition, FlagsFile } from '../../lib/app/flags-file';
import type { StageName } from '../../lib/app/stage-config';
import { FlagRefusalError } from './flags.errors';
import type { FlagsEdit } from './flags-command';

type StageState = NonNullable<FlagDefinition['stages'][StageName]>;

const otherVariant = (flag: FlagDefinition, key: string, state: StageState): string => {
  if (state.rollout) return state.rollout.variant;
  const others = Object.keys(flag.variants).filter((variant) => variant !== (state.variant ?? flag.default));
  const [only, ...more] = others;
  if (only !== undefined && more.length === 0) return only;
  throw new FlagRefusalError(
    `which variant of ${key}? --variant ${others.join(' | ') || 'needs one beside the default'}`,
  );
};

/** Without a client, whom no rule may name twice. */
const withoutClient = (clients: StageState['clients'], client: string): StageState['clients'] => {
  const left = Object.entries(clients ?? {}).map(
    ([variant, ids]) => [variant, ids.filter((id) => id !== client)] as const,
  );
  const named = left.filter(([, ids]) => ids.length > 0);
  return named.length === 0 ? undefined : Object.fromEntries(named);
};

const changed = (flag: FlagDefinition, state: StageState, edit: FlagsEdit): StageState => {
  const { variant: _variant, rollout: _rollout, ...others } = state;
  switch (edit.kind) {
    case 'set': {
      if (edit.client === undefined) return { ...others, variant: edit.variant };
      const clients = withoutClient(state.clients, edit.client);
      return { ...state, clients: { ...clients, [edit.variant]: [...(clients?.[edit.variant] ?? []), edit.client] } };
    }
    case 'rollout': {
      const { rollout: _ended, ...kept } = state;
      if (edit.percent === 0) return kept;
      return {
        ...state,
        rollout: { variant: edit.variant ?? otherVariant(flag, edit.flag, state), percent: edit.percent },
      };
    }
    case 'clear':
      return edit.client === undefined ? {} : { ...state, clients: withoutClient(state.clients, edit.client) };
  }
};

/**
 * The file of flags after an edit, for one stage.
 * @throws FlagRefusalError there is no such flag or variant
 */
export const editFlags = (file: FlagsFile, stage: StageName, edit: FlagsEdit): FlagsFile => {
  const flag = Object.hasOwn(file, edit.flag) ? file[edit.flag] : undefined;
  if (flag === undefined)
    throw new FlagRefusalError(`no flag ${edit.flag}; there are ${Object.keys(file).join(', ') || 'none'}`);
  const variant = edit.kind === 'clear' ? undefined : edit.variant;
  if (variant !== undefined && !Object.hasOwn(flag.variants, variant))
    throw new FlagRefusalError(
      `no variant ${variant} of ${edit.flag}; there are ${Object.keys(flag.variants).join(', ')}`,
    );
  const { variant: everybody, clients, rollout } = changed(flag, flag.stages[stage] ?? {}, edit);
  const state: StageState = {
    ...(everybody !== undefined && everybody !== flag.default && { variant: everybody }),
    ...(clients && { clients }),
    ...(rollout && { rollout }),
  };
  const { [stage]: _before, ...otherStages } = flag.stages;
  const stages = Object.keys(state).length === 0 ? otherStages : { ...otherStages, [stage]: state };
  return { ...file, [edit.flag]: { ...flag, stages } };
};
