/** How often and how patiently a failing state is tried again. */
export interface SagaRetry {
  /** Retries after the first try. */
  readonly attempts: number;
  /** Seconds before the first retry; doubles from there, with full jitter. */
  readonly intervalSeconds: number;
  /** The longest wait between two tries, in seconds. */
  readonly maximumIntervalSeconds: number;
}

/** A function that a saga calls. */
export interface SagaCall {
  readonly name: string;
  /** ARN of an alias or a version: a running saga must not see its functions change under `$LATEST`. */
  readonly functionArn: string;
  /** Seconds that one try may take. A try that takes longer may still have its effect: it counts as ambiguous. */
  readonly timeoutSeconds: number;
  readonly retry: SagaRetry;
}

/** What a command is called and what it carries. */
export interface SagaCommandContract {
  /** `<context>.<ImperativeName>.v<major>`: the `type` of the command's envelope. */
  readonly type: string;
  /**
   * Fields of the saga's data that its consumer reads, and that the command therefore carries. No others: a queue, its dead letters and parked
   * cases keep what they are given.
   */
  readonly fields: readonly string[];
}

/** A command that a saga sends to a FIFO queue, and whose answer it waits for. */
export interface SagaSend {
  readonly name: string;
  readonly queueUrl: string;
  readonly command: SagaCommandContract;
  /** Seconds from sending to the answer, the queue's own retries included. */
  readonly timeoutSeconds: number;
  readonly retry: SagaRetry;
}

/** A step, and what undoes it. */
export type SagaStepPlan = (SagaCall | SagaSend) & { readonly compensation?: SagaCall };

/** Everything about a saga that its state machine is made of, as plain data. */
export interface SagaPlan {
  /** In the order in which they are done; compensated in reverse. */
  readonly steps: readonly SagaStepPlan[];
  /** Names of the fields that the saga's data have. */
  readonly dataFields: readonly string[];
  /** Name of the step from which on there is no way back but forward. */
  readonly pivot: string;
  /**
   * Opens a case for an operator when a compensation, or a step from the pivot on, keeps failing.
   * Its request's data are the saga's, and `failedStep`, `error`, `cause` and `stateMachineArn`.
   */
  readonly park: SagaCall;
  /** Ends the chain of compensations. Its request's data are the saga's, and `parked` (names) and `reason`. */
  readonly close: SagaCall;
  /** What the saga is about, for example `order`: commands have the subject `<subjectKind>/<saga id>`. */
  readonly subjectKind: string;
  /** The `source` of the commands' envelopes, for example `/tenfold/ordering`. */
  readonly source: string;
  readonly region: string;
  /** AWS partition, for example `aws`. */
  readonly partition: string;
}

/** The plan of a saga contradicts itself. */
export class SagaPlanError extends Error {
  override readonly name = 'SagaPlanError';
}

/**
 * Checks that every state has a name of its own, that the pivot is a step, that nothing from the pivot on claims to be undoable, and that
 * commands carry only what the saga has.
 * @throws SagaPlanError saying what is wrong
 */
export const checkSagaPlan = ({ steps, dataFields, pivot, park, close }: SagaPlan): void => {
  const compensations = steps.flatMap(({ compensation }) => (compensation ? [compensation.name] : []));
  const names = [...steps.map(({ name }) => name), ...compensations, park.name, close.name];
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new SagaPlanError(`expected names to be unique; "${repeated}" is used twice`);
  const position = steps.findIndex(({ name }) => name === pivot);
  if (position < 0) {
    throw new SagaPlanError(
      `expected the pivot to be one of ${steps.map(({ name }) => name).join(', ')}; got "${pivot}"`,
    );
  }
  for (const step of steps) {
    const missing = 'command' in step ? step.command.fields.filter((field) => !dataFields.includes(field)) : [];
    if (missing.length > 0) {
      const has = dataFields.join(', ');
      throw new SagaPlanError(
        `"${step.name}" carries ${missing.join(', ')}, which the data of the saga do not have (${has})`,
      );
    }
  }
  const undoable = steps.slice(position).find(({ compensation }) => compensation);
  if (undoable) {
    throw new SagaPlanError(`"${undoable.name}" is the pivot or follows it, so it cannot have a compensation`);
  }
};
