import type { CaseKind } from './case-kind';

/** What of a case decides whether one of its messages may be discarded. */
export interface DiscardableCase {
  readonly open: boolean;
  readonly kind: CaseKind;
  /** Messages ever stored in it. */
  readonly count: number;
  /** Messages of it that wait no more. */
  readonly handled: number;
}

/** Whether the message goes, or why it stays. */
export type DiscardDecision = { readonly kind: 'discard' } | { readonly kind: 'refuse'; readonly why: string };

const refuse = (why: string): DiscardDecision => ({ kind: 'refuse', why });

/**
 * Decides whether message `number` may be discarded: only the first that waits, which the operator must name. So a request
 * that is repeated, or overtaken by another one, never takes a message that nobody has looked at.
 */
export const decideDiscard = (known: DiscardableCase | undefined, number: number): DiscardDecision => {
  if (known === undefined) return refuse('there is no such case; expected an id that "cases list" shows');
  const { open, kind, count, handled } = known;
  switch (kind) {
    case 'compensation':
    case 'step':
      return refuse(
        `a case of kind ${kind} holds no message that could be left out, but an outcome that a customer waits for: settle it and redrive the case`,
      );
    case 'message':
    case 'outbox':
      break;
  }
  if (!open) return refuse('the case is closed: nothing waits in it');
  if (handled >= count) return refuse('no message waits in the case; a redrive closes it');
  const first = handled + 1;
  if (number === first) return { kind: 'discard' };
  const done = number < first ? 'waits no more' : 'is not the first that waits';
  return refuse(`message ${number} ${done}; the first is message ${first}`);
};
