/** Something that is wrong in a region. */
export interface Trouble {
  /** What it is known by as long as it lasts: an alarm's name, or `health`. */
  readonly name: string;
  /** Who is hurt, for people. */
  readonly what: string;
}

/** Whether a region is well. */
export interface RegionWatch {
  readonly region: string;
  /**
   * Whether it has an API that may be asked: not before it was deployed for the first time.
   * @throws Error it cannot be told
   */
  isServing(): Promise<boolean>;
  /**
   * Everything that is wrong now; empty when all is well.
   * @throws Error it cannot be told, which is as bad
   */
  troubles(): Promise<readonly Trouble[]>;
}
