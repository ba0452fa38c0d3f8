/** Remembers up to which minute requests and records were compared in this region. */
export interface ComparedMinutes {
  /** @returns the last one, in minutes since 1970; `undefined`: none yet */
  last(): Promise<number | undefined>;
  /** Minutes only move on: an earlier one than the last changes nothing. */
  moveTo(minute: number): Promise<void>;
}
