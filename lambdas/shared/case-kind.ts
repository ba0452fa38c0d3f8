/** What can be parked: a queue's messages, outbox rows, a compensation, or a step after the pivot. */
export const caseKinds = ['message', 'outbox', 'compensation', 'step'] as const;

/** One of `caseKinds`. */
export type CaseKind = (typeof caseKinds)[number];
