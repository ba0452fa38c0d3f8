import { type Check, type Finding, type Pair, parts, together } from './check';
import { apiCompatibility } from './checks/api-compatibility';
import { eventCompatibility } from './checks/event-compatibility';
import { eventNames } from './checks/event-names';
import { flagBounds } from './checks/flag-bounds';
import { flagsBeforeForms } from './checks/flags-before-forms';
import { flagsOfCode } from './checks/flags-of-code';
import { flagsOfServedCode } from './checks/flags-of-served-code';
import { formsOfCode } from './checks/forms-of-code';
import { generatedContracts } from './checks/generated-contracts';
import { operationsOfCode } from './checks/operations-of-code';
import { phaseOfStage } from './checks/phase-of-stage';
import { storedAnswers } from './checks/stored-answers';
import { storedEvents } from './checks/stored-events';
import type { Release } from './release';

/** What one check came to. `not asked`: nothing was found, and not everything could be asked. */
export type Verdict = 'fits' | 'does not fit' | 'not asked';

/** What one check came to. */
export interface Answer {
  readonly claim: string;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly notAsked: readonly string[];
}

/** What all checks of a pair came to. */
export interface PairReport {
  readonly pair: Pair;
  /** `fits in part`: some checks were not asked. */
  readonly verdict: Verdict | 'fits in part';
  readonly answers: readonly Answer[];
}

/** Every question, in the order in which answers are shown. */
const checks: readonly Check[] = [
  flagsOfCode,
  flagsOfServedCode,
  formsOfCode,
  phaseOfStage,
  operationsOfCode,
  generatedContracts,
  apiCompatibility,
  eventCompatibility,
  eventNames,
  flagsBeforeForms,
  flagBounds,
  storedAnswers,
  storedEvents,
];

const pairs: readonly Pair[] = parts.flatMap((one, index) =>
  parts.slice(index + 1).map((other): Pair => `${one} × ${other}`),
);

const answerOf = ({ claim, ask }: Check, releases: readonly Release[]): Answer => {
  const { findings, notAsked } = together(releases.map(ask));
  const isRefused = findings.some(({ isWarning = false }) => !isWarning);
  const verdict = isRefused ? 'does not fit' : notAsked.length > 0 ? 'not asked' : 'fits';
  return { claim, verdict, findings, notAsked };
};

const verdictOf = (answers: readonly Answer[]): PairReport['verdict'] => {
  const is = (wanted: Verdict) => (answer: Answer) => answer.verdict === wanted;
  if (answers.some(is('does not fit'))) return 'does not fit';
  if (answers.every(is('fits'))) return 'fits';
  return answers.every(is('not asked')) ? 'not asked' : 'fits in part';
};

/**
 * Holds every pair of parts of a release against each other.
 * @param releases the same candidate, against each commit that is served
 */
export const judgeRelease = (...releases: readonly Release[]): readonly PairReport[] =>
  pairs.map((pair) => {
    const answers = checks.filter((check) => check.pair === pair).map((check) => answerOf(check, releases));
    return { pair, verdict: verdictOf(answers), answers };
  });

/** Whether nothing stands in the way of a release. */
export const mayBeReleased = (reports: readonly PairReport[]): boolean =>
  reports.every(({ verdict }) => verdict !== 'does not fit');
