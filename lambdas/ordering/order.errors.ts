/** A message or a saga names an order that ordering does not have. */
export class UnknownOrderError extends Error {
  override readonly name = 'UnknownOrderError';
  constructor(
    readonly orderId: string,
    options?: ErrorOptions,
  ) {
    super(`order ${orderId} is not in this table; expected an order that place-order has stored`, options);
  }
}

/** An operator names a case that does not exist. */
export class UnknownCaseError extends Error {
  override readonly name = 'UnknownCaseError';
  constructor(
    readonly caseId: string,
    options?: ErrorOptions,
  ) {
    super(`case ${caseId} does not exist; expected an id that "cases list" shows`, options);
  }
}

/** An execution of the saga has a name that does not say which order it is about. */
export class UnknownExecutionError extends Error {
  override readonly name = 'UnknownExecutionError';
  constructor(
    readonly execution: string,
    options?: ErrorOptions,
  ) {
    super(`execution "${execution}" names no order; expected "<order id>" or "<order id>.c<n>"`, options);
  }
}

/** A sweep for failed executions has left some of their orders as they were. */
export class IncompleteSweepError extends Error {
  override readonly name = 'IncompleteSweepError';
  constructor(
    readonly sweep: {
      /** Failed executions looked at. */
      readonly seen: number;
      /** Of these, the ones whose order could not be recovered. */
      readonly failed: number;
      /** Whether there were more than one sweep may look at. */
      readonly cutShort: boolean;
    },
    firstFailure?: unknown,
  ) {
    const more = sweep.cutShort ? ', and there were more than one sweep may look at' : '';
    const message = `${sweep.failed} of ${sweep.seen} failed executions could not be recovered${more}`;
    super(message, firstFailure === undefined ? undefined : { cause: firstFailure });
  }
}

/** A sweep for orders without a saga has left some of them as they were. */
export class IncompleteStartsError extends Error {
  override readonly name = 'IncompleteStartsError';
  constructor(
    readonly sweep: {
      /** Orders looked at. */
      readonly late: number;
      /** Of these, the ones whose saga could not be started. */
      readonly failed: number;
      /** Whether there were more than one sweep has time for. */
      readonly cutShort: boolean;
    },
    firstFailure?: unknown,
  ) {
    const more = sweep.cutShort ? ', and there were more than one sweep has time for' : '';
    const message = `${sweep.failed} of ${sweep.late} unfinished orders could not be looked after${more}`;
    super(message, firstFailure === undefined ? undefined : { cause: firstFailure });
  }
}

/** Some orders of an evacuated region could not be adopted; they may be tried again. */
export class IncompleteAdoptionError extends Error {
  override readonly name = 'IncompleteAdoptionError';
  constructor(
    readonly failed: number,
    readonly looked: number,
    firstFailure: unknown,
  ) {
    super(`${failed} of ${looked} orders could not be adopted`, { cause: firstFailure });
  }
}

/** However often it was tried, the execution that undoes a failed order has ended without an end of its own. */
export class UndoingFailedError extends Error {
  override readonly name = 'UndoingFailedError';
  constructor(
    readonly orderId: string,
    readonly executions: number,
  ) {
    super(`order ${orderId} is not undone: ${executions} executions have failed, expected one to succeed`);
  }
}

/** What an evacuated region did for failed orders could not be undone for some of them; they may be tried again. */
export class IncompleteUndoingError extends Error {
  override readonly name = 'IncompleteUndoingError';
  constructor(
    readonly failed: number,
    readonly looked: number,
    firstFailure: unknown,
  ) {
    super(`${failed} of ${looked} orders could not be undone`, { cause: firstFailure });
  }
}

/** A sealed order cannot be stored in a form that has no seals. */
export class SealedOrderError extends Error {
  override readonly name = 'SealedOrderError';
  constructor(readonly orderId: string) {
    super(`order ${orderId} is sealed and is to be stored in version 2, expected version 3 or later`);
  }
}
