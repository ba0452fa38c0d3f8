import { inParallel } from '../in-parallel';
import type { ParkedCase } from './parked-case';
import { RedriveFailedError } from './parked-case.errors';

/** What became of a case. `skipped`: it was closed before its turn, or what it is about is under way (`open`). */
export type RedriveEnd =
  | { readonly kind: 'closed'; readonly explanation: string }
  | { readonly kind: 'failing'; readonly reason: string }
  | { readonly kind: 'skipped'; readonly reason: string; readonly open: boolean };

/** A case and what became of it. */
export interface RedrivenCase {
  readonly parked: ParkedCase;
  readonly end: RedriveEnd;
}

/** What re-driving many cases needs of the deployment. */
export interface CaseDesk {
  /** The case as it is now. */
  find(caseId: string): Promise<ParkedCase>;
  /** @throws RedriveFailedError the case stays open */
  redrive(caseId: string): Promise<string>;
}

/** Cases re-driven at a time: each is an invocation, and providers that were down are not greeted by all of them at once. */
const AT_ONCE = 4;

const redriveOne = async (desk: CaseDesk, { caseId }: ParkedCase): Promise<RedriveEnd> => {
  try {
    const { caseStatus, closedAs = 'unknown how' } = await desk.find(caseId);
    if (caseStatus === undefined) return { kind: 'skipped', reason: `closed meanwhile (${closedAs})`, open: false };
    return { kind: 'closed', explanation: await desk.redrive(caseId) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (!(error instanceof RedriveFailedError)) return { kind: 'failing', reason: `${error.name}: ${error.message}` };
    if (error.kind === 'not-now') return { kind: 'skipped', reason: error.message, open: true };
    return { kind: 'failing', reason: error.message };
  }
};

const bySubject = (cases: readonly ParkedCase[]): readonly (readonly ParkedCase[])[] => [
  ...Map.groupBy(cases, ({ context, subject }) => `${context} ${subject}`).values(),
];

/**
 * Re-drives cases a few at a time, and those of one subject one after the other, in the given order. No failure keeps the others
 * from being tried.
 * @param onEnd told of each case as it ends
 * @returns what became of each, in the order in which they ended
 */
export const redriveAll = async (
  cases: readonly ParkedCase[],
  desk: CaseDesk,
  onEnd: (ended: RedrivenCase) => void = () => undefined,
): Promise<readonly RedrivenCase[]> => {
  const ended: RedrivenCase[] = [];
  await inParallel(bySubject(cases), AT_ONCE, async (ofSubject) => {
    for (const parked of ofSubject) {
      const one = { parked, end: await redriveOne(desk, parked) };
      ended.push(one);
      onEnd(one);
    }
  });
  return ended;
};

/** Whether a case still waits for an operator. */
export const isStillOpen = ({ end }: RedrivenCase): boolean =>
  end.kind === 'failing' || (end.kind === 'skipped' && end.open);
