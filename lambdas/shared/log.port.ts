/** What is worth telling an operator. Values under sensitive keys are masked by the adapter. */
export interface Log {
  info(message: string, details: LogDetails): void;
  warn(message: string, details: LogDetails): void;
  error(message: string, details: LogDetails): void;
}

/** Structured details of one line; an `Error` goes under `error`. */
export interface LogDetails {
  readonly [key: string]: unknown;
}
