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
   * Everything that is wrong now; empty when all is well.
   * @throws Error it cannot be told, which is as bad
   */
  troubles(): Promise<readonly Trouble[]>;
}
