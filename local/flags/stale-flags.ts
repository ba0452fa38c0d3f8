import { type FlagUse, flagUseFaults } from '../../lambdas/shared/flag-use.contract';
import { type FlagsFile, flagSetOf } from '../../lib/app/flags-file';
import { type StageName, stageNames } from '../../lib/app/stage-config';

/** Something about a flag that somebody should look at. */
export interface FlagFinding {
  readonly flag: string;
  readonly owner: string;
  readonly finding: string;
}

/**
 * What has become of flags: those past their day, those with everybody on one side, those that no code reads; and what code reads and is not there.
 * @param today as `2026-11-26`
 */
export const staleFlags = (file: FlagsFile, uses: readonly FlagUse[], today: string): readonly FlagFinding[] => {
  const found = Object.entries(file).flatMap(([key, flag]) => {
    const about = (finding: string): FlagFinding => ({ flag: key, owner: flag.owner, finding });
    const everywhere = (stage: StageName) => flag.stages[stage]?.rollout?.percent === 100;
    const full = stageNames.filter(everywhere);
    return [
      ...(flag.expires !== 'never' && flag.expires < today
        ? [about(`expired on ${flag.expires}: remove it, or give it another day`)]
        : []),
      ...(full.length > 0
        ? [about(`rolled out to everybody in ${full.join(', ')}: make it the code's own, or "set" it`)]
        : []),
      ...(uses.some((use) => use.key === key) ? [] : [about('read by no function: remove it')]),
    ];
  });
  // Its type and its being there are the same in every stage.
  const unfit = flagUseFaults(flagSetOf(file, 'local'), uses);
  return [...found, ...unfit.map((finding) => ({ flag: finding.split(/[.:]/)[0] ?? finding, owner: '', finding }))];
};
