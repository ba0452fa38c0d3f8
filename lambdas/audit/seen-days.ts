/** On how many days something was seen, and when last. Days are UTC, counted from 1970-01-01. */
export interface SeenDays {
  readonly days: number;
  readonly lastDay: number;
}

/** Seen on fewer days, a thing is still new: what an intruder did once must not become a habit by that. */
const USUAL_DAYS = 2;

/** Not seen for longer, a thing is new again: eight weeks outlast a long holiday and any rotation of shifts. */
const REMEMBERED_DAYS = 56;

/** The UTC day of a time in milliseconds since 1970. */
export const dayOf = (atMs: number): number => Math.floor(atMs / 86_400_000);

/** Whether it has been seen lately at all. */
export const isRemembered = (seen: SeenDays | undefined, today: number): boolean =>
  seen !== undefined && today - seen.lastDay <= REMEMBERED_DAYS;

/** Whether it is a habit: seen on two days at least, the last of them within eight weeks. */
export const isUsual = (seen: SeenDays | undefined, today: number): boolean =>
  isRemembered(seen, today) && (seen?.days ?? 0) >= USUAL_DAYS;

/** The same with one day more. A day that is known already, or older than the last, changes nothing: the very same object is answered. */
export const seenOn = (seen: SeenDays | undefined, day: number): SeenDays => {
  if (seen === undefined || !isRemembered(seen, day)) return { days: 1, lastDay: day };
  return day <= seen.lastDay ? seen : { days: seen.days + 1, lastDay: day };
};
