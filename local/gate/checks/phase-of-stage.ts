import { refusalsOf } from '../../operator/migration-safety';
import { asked, type Check, type Finding, notAsked, type Outcome, together } from '../check';
import type { StagePhase } from '../release';

const fixOf = ({ stage, kind, phase }: StagePhase): string =>
  `"npm run migrate -- plan --stage ${stage}" says which phase of ${kind} may follow; "${phase}" may be deployed when nothing stands in its way`;

const askStage = (entry: StagePhase, newest: number): Outcome => {
  const { stage, kind, phase, served, left } = entry;
  if (!served.known) return notAsked(`${stage}: ${served.because}`);
  return asked(
    refusalsOf(phase, newest, served.value, left).map(
      (refusal): Finding => ({
        what: `${kind} goes to "${phase}" in stage ${stage}; ${refusal}`,
        where: `config/${stage}.json: schemaPhases.${kind}`,
        fix: fixOf(entry),
      }),
    ),
  );
};

/** Whether what is served allows the phases that the candidate brings: the rules of `npm run migrate -- plan`. */
export const phaseOfStage: Check = {
  pair: 'code × schema',
  claim: 'what is served reads what the candidate writes, and writes what it reads',
  ask: ({ candidate: { forms }, phases }) => {
    if (!forms.known) return notAsked('the stored forms of the candidate cannot be loaded');
    return together(
      phases.flatMap((entry) => {
        const newest = forms.value.find(({ kind }) => kind === entry.kind)?.newest;
        return newest === undefined ? [] : [askStage(entry, newest)];
      }),
    );
  },
};
