import type { Release } from './release';

/** What a release is made of, and has to fit together. */
export const parts = ['code', 'flags', 'schema', 'contracts'] as const;
/** One of the four. */
export type Part = (typeof parts)[number];
/** Two of them, in the order of `parts`. */
export type Pair = `${Part} × ${Part}`;

/** Something that does not fit, or that somebody should look at. */
export interface Finding {
  readonly what: string;
  /** File, and the field in it. */
  readonly where: string;
  /** What makes it fit. */
  readonly fix: string;
  /** A warning refuses nothing. @default false */
  readonly isWarning?: boolean;
}

/** What a check came to. */
export interface Outcome {
  readonly findings: readonly Finding[];
  /** What could not be asked, and why. */
  readonly notAsked: readonly string[];
}

/** One question about two parts of a release. */
export interface Check {
  readonly pair: Pair;
  /** What holds when they fit. */
  readonly claim: string;
  readonly ask: (release: Release) => Outcome;
}

/** What was asked in full. */
export const asked = (findings: readonly Finding[]): Outcome => ({ findings, notAsked: [] });
/** What was not asked at all. */
export const notAsked = (because: string): Outcome => ({ findings: [], notAsked: [because] });
const findingsOnce = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values(),
];

/** Several outcomes in one, each finding and each reason once. */
export const together = (outcomes: readonly Outcome[]): Outcome => ({
  findings: findingsOnce(outcomes.flatMap(({ findings }) => findings)),
  notAsked: [...new Set(outcomes.flatMap(({ notAsked: because }) => because))],
});
