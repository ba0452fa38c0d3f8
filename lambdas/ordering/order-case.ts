import { deterministicId } from '../shared/deterministic-id';
import { entryFor } from './order-redrive';
import { parseExecutionName, type SagaEntry } from './saga-execution';

/** Something about an order that only an operator can bring to an end. */
export interface OrderCase {
  readonly caseId: string;
  /** `compensation`: something could not be undone; `step`: the saga is stuck after its point of no return. */
  readonly kind: 'compensation' | 'step';
  readonly orderId: string;
  /** What failed: `release`, `refund`, `recall`, `confirm`, or `compensate` for a whole chain. */
  readonly step: string;
  /** Short and stable, for counting, for example `RefundGivenUp`. */
  readonly reason: string;
  /** What failed, how often, what it means for the customer, what a redrive will do. */
  readonly explanation: string;
  /** The execution that gave up last. */
  readonly execution: string;
  /** How often it was parked, this time included. */
  readonly count: number;
  readonly openedAt: string;
  readonly status: 'OPEN' | 'CLOSED';
  /** What the saga will be started with; the order's data are added from ordering's own table, so that the case holds none. */
  readonly redrive: { readonly entry: SagaEntry; readonly sagaId: string; readonly stateMachineArn: string };
  /** Name or ARN, alias included, of the function that an operator's redrive calls. */
  readonly redriveFunction: string;
}

/** A step that was given up. */
export interface StepFailure {
  readonly orderId: string;
  readonly step: string;
  readonly execution: string;
  readonly error: string;
  readonly cause: string;
  /** The state machine that gave up. */
  readonly stateMachineArn: string;
}

/** `already`: the case is open for this execution, or a later one has taken it over. */
export type CaseDecision = { readonly kind: 'open'; readonly opened: OrderCase } | { readonly kind: 'already' };

const meaning: { readonly [step: string]: string } = {
  release: 'the stock stays reserved and cannot be sold to anyone else; the customer is not affected',
  refund: 'the customer may have paid for an order that will not be delivered, and waits for the money',
  recall: 'a parcel may be on its way to the customer for an order that has failed',
  confirm: 'the customer has paid and the parcel is booked, but the order is not confirmed, so it is not dispatched',
  compensate: 'the order has failed, and what was done for it (stock, payment, parcel) may not be undone yet',
};

const remedy: { readonly [Entry in SagaEntry]: string } = {
  confirm:
    'resumes the saga at the confirmation; if the client has cancelled in the meantime, everything is undone instead',
  compensate: 'runs all compensations of the order again; what is undone already stays as it is',
  forward: 'runs the saga from its first step',
};

// Step Functions reports a function's error as JSON text in the cause: the operator wants the message, not the stack trace.
const messageIn = (cause: string): string => {
  try {
    const parsed: unknown = JSON.parse(cause);
    const message: unknown =
      typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'errorMessage') : undefined;
    return typeof message === 'string' ? message : cause;
  } catch {
    return cause;
  }
};

const lastError = ({ error, cause }: StepFailure): string => `${error}: ${messageIn(cause)}`.slice(0, 500);

/** One case per order and step, however often it is parked. */
export const caseIdOf = (orderId: string, step: string): string => deterministicId('order-case', orderId, step);

const explain = (failure: StepFailure, entry: SagaEntry, count: number): string =>
  [
    `What failed: "${failure.step}" of order ${failure.orderId}, on every try of execution ${failure.execution}; the last error was ${lastError(failure)}`,
    `How often: parked ${count === 1 ? 'for the first time' : `${count} times`}.`,
    `What it means: ${meaning[failure.step] ?? 'the order cannot come to its end'}.`,
    `What a redrive will do: it ${remedy[entry]}.`,
  ].join('\n');

const numberOf = (execution: string): number => parseExecutionName(execution)?.number ?? 0;

/**
 * Opens the case of a step that was given up, or opens it again after a redrive that did not help. Repeats are recognised, and so are
 * late reports: a case tells of the latest execution that gave up. A closed case is never taken for an open one.
 */
export const decideCase = (
  existing: OrderCase | undefined,
  failure: StepFailure,
  { now, redriveFunction }: { readonly now: Date; readonly redriveFunction: string },
): CaseDecision => {
  if (existing !== undefined) {
    const { execution, status } = existing;
    if (execution === failure.execution && status === 'OPEN') return { kind: 'already' };
    if (numberOf(execution) > numberOf(failure.execution)) return { kind: 'already' };
  }
  const { orderId, step, execution, stateMachineArn } = failure;
  const entry = entryFor(step);
  const count = (existing?.count ?? 0) + 1;
  const opened: OrderCase = {
    caseId: caseIdOf(orderId, step),
    kind: entry === 'confirm' ? 'step' : 'compensation',
    orderId,
    step,
    reason: `${step.charAt(0).toUpperCase()}${step.slice(1)}GivenUp`,
    explanation: explain(failure, entry, count),
    execution,
    count,
    openedAt: now.toISOString(),
    status: 'OPEN',
    redrive: { entry, sagaId: orderId, stateMachineArn },
    redriveFunction,
  };
  return { kind: 'open', opened };
};
