import type { BackfillProgress } from '../../lambdas/shared/backfill-entities.contract';
import {
  type GuardedStep,
  namesOf,
  type OldForms,
  reachedPhase,
  refusalsOf,
  type ServedRegion,
} from './migration-safety';

const BAR_WIDTH = 24;

const number = (count: number): string => count.toLocaleString('en-US');

const sum = (parts: readonly BackfillProgress[], field: 'seen' | 'changed' | 'foreign' | 'left'): number =>
  parts.reduce((total, part) => total + part[field], 0);

/** A bar of a fixed width. */
const bar = (done: number, of: number): string => {
  const filled = of === 0 ? BAR_WIDTH : Math.min(BAR_WIDTH, Math.floor((BAR_WIDTH * done) / of));
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}]`;
};

/** One region's part of a backfill, while it runs. */
export interface RegionRun {
  readonly region: string;
  /** Entities that its replica holds, of whatever home. */
  readonly entities: number;
  /** Entities looked at and rewritten in this command, without those of the command that it goes on with. */
  readonly parts: readonly BackfillProgress[];
  /** Entities that were rewritten before this command began. */
  readonly changedBefore: number;
}

/** A line that shows how far a backfill is in all regions, and how fast. */
export const progressLine = (runs: readonly RegionRun[], seconds: number): string => {
  const seen = runs.reduce((total, { parts }) => total + sum(parts, 'seen'), 0);
  const of = runs.reduce((total, { entities }) => total + entities, 0);
  const changed = runs.reduce((total, { parts }) => total + sum(parts, 'changed'), 0);
  const now = runs.reduce((total, { parts, changedBefore }) => total + sum(parts, 'changed') - changedBefore, 0);
  const rate = seconds > 0 ? Math.round(Math.max(0, now) / seconds) : 0;
  return `${bar(seen, of)} ${number(seen)} of ${number(of)} looked at, ${number(changed)} rewritten, ${number(rate)} a second`;
};

/** What a region's backfill has come to. */
export const endText = (region: string, parts: readonly BackfillProgress[]): string => {
  const [open, left] = [parts.filter(({ done }) => !done).length, sum(parts, 'left')];
  return [
    `${region}: ${number(sum(parts, 'seen'))} looked at, ${number(sum(parts, 'changed'))} rewritten,`,
    `${number(sum(parts, 'foreign'))} of other regions, ${number(left)} left as they are`,
    open > 0 ? `(${open} parts are not done)` : '',
  ]
    .join(' ')
    .trim();
};

const meaning = {
  before: 'some served version reads the old form only',
  expand: 'every served version reads both forms; some write the old one',
  cutover: 'every served version reads both forms and writes the new one',
  contract: 'every served version reads and writes the new form only',
} as const;

const stepText = (step: GuardedStep, refusals: readonly string[], isCounted: boolean): string => {
  const lines = (mark: string, remarks: readonly string[]) =>
    [`  ${mark} ${step}`, ...remarks.map((remark) => `      ${remark}`)].join('\n');
  if (refusals.length > 0) return lines('✖', refusals);
  if (step === 'contract' && !isCounted)
    return lines('?', ['what is stored was not counted; plan --for contract counts it']);
  return lines('✔', []);
};

const steps: readonly GuardedStep[] = ['expand', 'cutover', 'backfill', 'contract'];

type Change = { readonly kind: string; readonly newest: number };

const nextStep = (phase: ReturnType<typeof reachedPhase>, { kind, newest }: Change, stage: string): string => {
  const deploy = (to: string) =>
    `set "schemaPhases": {"${kind}": {"version": ${newest}, "phase": "${to}"}} in config/${stage}.json and deploy every region`;
  switch (phase) {
    case 'before':
      return `wait for the deployment of the phase expand to end in every region, or ${deploy('expand')}`;
    case 'expand':
      return deploy('cutover');
    case 'cutover':
      return 'npm run migrate -- backfill, then npm run migrate -- contract';
    case 'contract':
      return 'nothing: the change is complete';
  }
};

/**
 * Where a change of form stands, which steps may be taken now, and what stands in the way of the others.
 * @param left what is stored in old versions, as each region sees it. @default not counted: nobody knows whether `contract` may be taken
 */
export const planText = (
  change: Change,
  stage: string,
  regions: readonly ServedRegion[],
  left?: readonly OldForms[],
): string => {
  const { kind, newest } = change;
  const phase = reachedPhase(newest, regions);
  return [
    `${kind}: version ${newest - 1} to version ${newest}, stage ${stage} in ${regions.map(({ region }) => region).join(', ')}`,
    `  now: ${phase} (${meaning[phase]})`,
    ...steps.map((step) => stepText(step, refusalsOf(step, newest, regions, left), left !== undefined)),
    `  next: ${nextStep(phase, change, stage)}`,
  ].join('\n');
};

/** What is stored in a region in old forms, and how far its newest backfill is. */
export const statusText = (
  { region, old, homeless, entities }: OldForms & { readonly entities: number },
  parts: readonly BackfillProgress[],
): string => {
  const left = [
    ...Object.entries(old).map(([home, count]) => `${number(count)} of ${home}`),
    ...(homeless.count > 0 ? [`${number(homeless.count)} of no region`] : []),
  ];
  return [
    `${region}: ${number(entities)} entities, ${left.length === 0 ? 'none' : left.join(' and ')} in an old form`,
    ...(homeless.count > 0 ? [`  without a home  ${namesOf(homeless.count, homeless.some)}`] : []),
    `  backfill  ${parts.length === 0 ? 'never begun' : endText('last run', parts)}`,
  ].join('\n');
};
