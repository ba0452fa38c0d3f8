import type { FaultCount } from './fault-log';
import { type Figure, holds } from './figure';

/** A protection that was switched off for this run, and the figures of which at least one has to break. */
export interface RemovedProtection {
  readonly name: string;
  readonly caughtBy: readonly string[];
}

/**
 * `passed` and `caught` are good. `invalid`: a declared fault did not happen, so nothing was proven.
 * `missed`: a protection was off and every figure that depends on it held, so the drill would not notice its loss.
 */
export type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly broken: readonly string[] }
  | { readonly kind: 'invalid'; readonly absentFaults: readonly string[] }
  | { readonly kind: 'caught'; readonly by: readonly string[] }
  | { readonly kind: 'missed'; readonly expected: readonly string[] };

/** Judges a run from what was injected and what was counted. */
export const judge = (
  faults: readonly FaultCount[],
  figures: readonly Figure[],
  removed?: RemovedProtection,
): Verdict => {
  const broken = figures.filter((figure) => !holds(figure)).map(({ name }) => name);
  const absentFaults = faults.filter(({ happened, atLeast }) => happened < atLeast).map(({ name }) => name);
  if (removed) {
    // A figure outside the list may break for another reason (say, a timeout): that is not the drill noticing the sabotage.
    const by = broken.filter((name) => removed.caughtBy.includes(name));
    if (by.length > 0) return { kind: 'caught', by };
    return absentFaults.length > 0 ? { kind: 'invalid', absentFaults } : { kind: 'missed', expected: removed.caughtBy };
  }
  if (broken.length > 0) return { kind: 'failed', broken };
  return absentFaults.length > 0 ? { kind: 'invalid', absentFaults } : { kind: 'passed' };
};

/** True for the verdicts that let the command exit with 0. */
export const isGood = ({ kind }: Verdict): boolean => kind === 'passed' || kind === 'caught';

/** The verdict in one sentence. */
export const describeVerdict = (verdict: Verdict): string => {
  switch (verdict.kind) {
    case 'passed':
      return 'passed: every figure is inside its bound, and every fault happened';
    case 'failed':
      return `failed: ${verdict.broken.join('; ')}`;
    case 'invalid':
      return `invalid: these faults did not happen often enough to prove anything: ${verdict.absentFaults.join('; ')}`;
    case 'caught':
      return `caught: without the protection the drill saw ${verdict.by.join('; ')}`;
    case 'missed':
      return `missed: the protection was off, and none of these figures broke: ${verdict.expected.join('; ')}`;
  }
};
