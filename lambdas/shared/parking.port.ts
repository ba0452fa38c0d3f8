import type { CaseKind } from './case-kind';

/** A message as it will be handled again. */
export interface ParkedMessage {
  readonly body: string;
  readonly attributes: { readonly [name: string]: string };
  /** What tells that it is the same message when it is delivered again: while one with this key waits in a case, no other is added to it. @default none */
  readonly key?: string;
}

/** A parked message and its place in the case: 1, 2, 3 … */
export interface NumberedMessage extends ParkedMessage {
  readonly number: number;
}

/** Why an operator gave a message up, and who it was. */
export interface Discard {
  readonly reason: string;
  readonly by: string;
}

/** Why and where a case is opened. */
export interface CaseOpening {
  readonly kind: CaseKind;
  /** What waits while the case is open: a message group, an entity. One consumer has at most one open case for a group. */
  readonly group: string;
  /** The entity it is about, `<kind>/<id>`. */
  readonly subject: string;
  /** Short and stable, for counting: `AttemptsExhausted`, `Unreadable`, `WorkerLost` … */
  readonly reason: string;
  /** For the operator. Never holds payload. */
  readonly explanation: string;
  /** Name or ARN of the function, alias included, that takes `{ redriveCase: caseId }` and `{ discardMessage }`. */
  readonly redriveFunction: string;
  /** In order. */
  readonly messages: readonly ParkedMessage[];
}

/**
 * Parked cases of one consumer. A group whose message cannot be handled waits here, in order, until an operator re-drives
 * it: nothing is dropped, and no other group waits with it. Whatever writes throws `RegionFencedError` in a region that may not.
 */
export interface Parking {
  /** Ids of the open cases of these groups, by group. */
  openFor(groups: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Opens the group's case with these messages, or appends them when it is open. Answers the case's id. */
  park(opening: CaseOpening): Promise<string>;
  /** @throws CaseClosedError the case was closed meanwhile: nothing waits before these messages any more */
  append(caseId: string, messages: readonly ParkedMessage[]): Promise<void>;
  /** The first of the messages that wait, in order; empty when there are none. */
  messages(caseId: string): Promise<readonly NumberedMessage[]>;
  /**
   * Message `number` is handled.
   * @throws CaseClosedError it was not the first that waited: somebody else re-drives the case
   */
  done(caseId: string, number: number): Promise<void>;
  /**
   * Message `number` is given up: it waits no more, and is kept in the case with its body, the time, and who gave it up and why.
   * @throws DiscardRefusedError it is not the first that waits, the case is not open, or its kind knows no such way out
   */
  discard(caseId: string, number: number, why: Discard): Promise<void>;
  /** Closes the case unless a message waits in it; `false` when one was appended meanwhile. */
  close(caseId: string, closedAs: string): Promise<boolean>;
}
