/** Lets a use case stop waiting. */
export interface Timer {
  /** Resolves after so many milliseconds. */
  after(milliseconds: number): Promise<void>;
}
