/** A change of a contract that clients of the one before would not get on with. */
export interface ApiBreak {
  /** A JSON pointer into the contract; that of a parameter has its name. */
  readonly where: string;
  /** For people. */
  readonly what: string;
  /** What stood there, and what stands there now; `undefined`: nothing. */
  readonly before: unknown;
  readonly after: unknown;
}
