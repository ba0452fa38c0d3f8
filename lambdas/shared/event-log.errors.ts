/** What was left when a log had been tried often enough. */
export interface UnappendedEvents {
  /** Entities with at least one event that is not known to be appended. */
  readonly entities: readonly string[];
  /** Events that are not known to be appended. */
  readonly events: number;
  /** What the log said of the last of them. */
  readonly reason: string;
}

const told = ({ events, entities, reason }: UnappendedEvents): string =>
  `${events} events of ${entities.length} entities were not taken: ${reason}`;

/** The log takes no more at the moment: more is sent than its lanes take a second. Back-pressure for whoever sends. */
export class LogOverloadedError extends Error {
  override readonly name = 'LogOverloadedError';
  /** After how many seconds a repeat may be taken. */
  readonly retryAfterSeconds = 1;

  constructor(
    readonly left: UnappendedEvents,
    options?: ErrorOptions,
  ) {
    super(`the log is overloaded: ${told(left)}, expected fewer a second`, options);
  }
}

/** The log does not answer, or fails by itself. A later try may succeed. */
export class LogUnavailableError extends Error {
  override readonly name = 'LogUnavailableError';

  constructor(
    readonly left: UnappendedEvents,
    options?: ErrorOptions,
  ) {
    super(`the log is not available: ${told(left)}`, options);
  }
}

/** An event that the log will never take. */
export class LogEventTooLargeError extends Error {
  override readonly name = 'LogEventTooLargeError';

  constructor(
    readonly entity: string,
    readonly bytes: number,
    maxBytes: number,
  ) {
    super(`an event of ${entity} has ${bytes} bytes, expected at most ${maxBytes}`);
  }
}
