/** What a source of flags answers. */
export interface LatestFlags {
  /** The set of flags as it was deployed; absent when it is the one of the answer before. */
  readonly text?: string;
  /** How long to wait before asking again, in seconds. */
  readonly pollAfterSeconds: number;
}

/** Where flags come from. */
export interface FlagSource {
  /** What is deployed now. Rejects when the source is away. */
  latest(): Promise<LatestFlags>;
}
