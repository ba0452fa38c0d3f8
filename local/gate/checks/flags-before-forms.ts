import type { FlagUse } from '../../../lambdas/shared/flag-use.contract';
import { schemaUseIn } from '../../../lambdas/shared/schema-phase.contract';
import type { StoredForms } from '../../../lambdas/shared/stored-forms';
import { type FlagsFile, flagSetOf } from '../../../lib/app/flags-file';
import { asked, type Check, type Finding, notAsked } from '../check';
import type { StagePhase } from '../release';
import { flagsPath } from './flags-of-code';

/** Names of the variants that somebody gets and that say another thing than the default. */
const variantsInUse = (flags: FlagsFile, { key, default: byDefault }: FlagUse, stage: StagePhase['stage']) => {
  const flag = flagSetOf(flags, stage).flags[key];
  if (flag === undefined) return [];
  const { variant, clients = {}, rollout } = flag.state;
  const drawn = rollout !== undefined && rollout.percent > 0 ? [rollout.variant] : [];
  const given = new Set([variant, ...Object.keys(clients), ...drawn]);
  return [...given].filter((name) => flag.variants[name] !== byDefault);
};

const faultsIn = (
  flags: FlagsFile,
  use: FlagUse,
  { stage, kind, phase, served }: StagePhase,
  forms: readonly StoredForms<unknown>[],
): readonly Finding[] => {
  const [needed, newest] = [use.needs?.[kind], forms.find((one) => one.kind === kind)?.newest];
  if (needed === undefined || newest === undefined) return [];
  const { writes } = schemaUseIn(phase, newest);
  // Flags arrive within minutes, and the code of the last region hours later.
  const behind = served.known ? served.value.filter(({ versions }) => versions.some((one) => one.writes < needed)) : [];
  if (writes >= needed && behind.length === 0) return [];
  const who =
    writes < needed
      ? `in phase "${phase}" version ${writes} is`
      : `what is served now does not yet: ${behind.map(({ region }) => region).join(', ')}`;
  return variantsInUse(flags, use, stage).map((variant) => ({
    what: `somebody gets the variant ${variant} of ${use.key} in stage ${stage}, which needs version ${needed} of ${kind} to be written; ${who}`,
    where: `${flagsPath}: ${use.key}.stages.${stage}`,
    fix: `leave the flag at its default there until every region has been deployed in the phase that writes version ${needed}`,
  }));
};

const strangers = ({ key, needs = {} }: FlagUse, kinds: readonly string[]): readonly Finding[] =>
  Object.keys(needs)
    .filter((kind) => !kinds.includes(kind))
    .map((kind) => ({
      what: `${key} needs a version of ${kind}, which is no kind of stored entities; expected one of ${kinds.join(', ')}`,
      where: `the use of ${key}: needs.${kind}`,
      fix: 'name the kind whose stored form the flag needs',
    }));

/** Whether flags that need a stored form are left alone where it is not written yet. */
export const flagsBeforeForms: Check = {
  pair: 'flags × schema',
  claim: 'no flag is on for anybody in a stage that does not write the form it needs, everywhere and already',
  ask: ({ candidate: { flags, flagUses, forms }, phases }) => {
    if (!forms.known) return notAsked('the stored forms of the candidate cannot be loaded');
    const kinds = forms.value.map(({ kind }) => kind);
    return asked([
      ...flagUses.flatMap((use) => strangers(use, kinds)),
      ...flagUses.flatMap((use) => phases.flatMap((stage) => faultsIn(flags, use, stage, forms.value))),
    ]);
  },
};
