import { countedWith, type DistinctCount, distinctIn, type Fingerprint, nothingCounted } from './distinct-count';

/** What is counted of a span of time. */
interface SlotCounts {
  readonly subjects: DistinctCount;
  readonly refusals: DistinctCount;
}

/** What is known of a span of time. */
export interface Slot extends SlotCounts {
  /** Spans since 1970: minutes of `minutes`, five minutes of `slots`. */
  readonly at: number;
}

/**
 * The last hour of an actor: whose data was accessed and what was refused, each counted once. Bounded: six spans of a minute and
 * thirteen of five minutes, each with two counts, so that neither five minutes nor an hour is ever cut short by where a span begins.
 */
export interface AccessWindow {
  readonly minutes: readonly Slot[];
  readonly slots: readonly Slot[];
}

/** Of an actor who did nothing yet. */
export const emptyWindow: AccessWindow = { minutes: [], slots: [] };

/** A span of time that is over, and what it came to. */
export interface ClosedSpan {
  readonly subjects: number;
  readonly refusals: number;
}

/** What came to an end when time moved on. */
export interface Closed {
  /** Five minutes in which something was done. */
  readonly slots: readonly ClosedSpan[];
  /** Hours of the clock in which something was done. */
  readonly hours: readonly ClosedSpan[];
}

const MINUTE_MS = 60_000;
const SLOT_MINUTES = 5;
const SLOT_MS = SLOT_MINUTES * MINUTE_MS;
const SLOTS_AN_HOUR = 12;
/** Spans that are kept: one more than are full. */
const MINUTES_KEPT = SLOT_MINUTES + 1;
const SLOTS_KEPT = SLOTS_AN_HOUR + 1;

const newest = (slots: readonly Slot[]): number => slots.at(-1)?.at ?? Number.NEGATIVE_INFINITY;

const subjectsIn = (slots: readonly Slot[], exactFrom?: number): number =>
  distinctIn(
    slots.map(({ subjects }) => subjects),
    exactFrom,
  );
const refusalsIn = (slots: readonly Slot[], exactFrom?: number): number =>
  distinctIn(
    slots.map(({ refusals }) => refusals),
    exactFrom,
  );
const totalOf = (slots: readonly Slot[]): ClosedSpan => ({ subjects: subjectsIn(slots), refusals: refusalsIn(slots) });

/** Moves the window on to a time. Nothing changes when it is there already: a late record moves no window back. */
export const movedTo = (
  window: AccessWindow,
  atMs: number,
): { readonly window: AccessWindow; readonly closed: Closed } => {
  const minute = Math.floor(atMs / MINUTE_MS);
  const slot = Math.floor(atMs / SLOT_MS);
  const was = newest(window.slots);
  const minutes =
    minute > newest(window.minutes) ? window.minutes.filter(({ at }) => at > minute - MINUTES_KEPT) : window.minutes;
  if (slot <= was) return { window: { ...window, minutes }, closed: { slots: [], hours: [] } };
  const hour = Math.floor(was / SLOTS_AN_HOUR);
  const last = window.slots.filter(({ at }) => at === was);
  const ofHour = window.slots.filter(({ at }) => Math.floor(at / SLOTS_AN_HOUR) === hour);
  return {
    window: { minutes, slots: window.slots.filter(({ at }) => at > slot - SLOTS_KEPT) },
    closed: {
      slots: last.length > 0 ? [totalOf(last)] : [],
      hours: ofHour.length > 0 && Math.floor(slot / SLOTS_AN_HOUR) > hour ? [totalOf(ofHour)] : [],
    },
  };
};

/** What is counted of one access. */
export interface Counted {
  readonly atMs: number;
  readonly subject?: Fingerprint;
  readonly refusal?: Fingerprint;
}

const countedIn = (
  slots: readonly Slot[],
  at: number,
  length: number,
  { subject, refusal }: Counted,
): readonly Slot[] => {
  if (at <= newest(slots) - length) return slots;
  const known = slots.find((slot) => slot.at === at);
  const { subjects, refusals } = known ?? { subjects: nothingCounted, refusals: nothingCounted };
  const counted: Slot = {
    at,
    subjects: subject === undefined ? subjects : countedWith(subjects, subject),
    refusals: refusal === undefined ? refusals : countedWith(refusals, refusal),
  };
  if (known && counted.subjects === subjects && counted.refusals === refusals) return slots;
  return [...slots.filter((slot) => slot.at !== at), counted].sort((one, other) => one.at - other.at);
};

/**
 * The window with one access more; it is as it was when the access is in it already, or older than the window.
 * Move it to the time of the access first.
 */
export const windowWith = (window: AccessWindow, access: Counted): AccessWindow => {
  const minutes = countedIn(window.minutes, Math.floor(access.atMs / MINUTE_MS), MINUTES_KEPT, access);
  const slots = countedIn(window.slots, Math.floor(access.atMs / SLOT_MS), SLOTS_KEPT, access);
  return minutes === window.minutes && slots === window.slots ? window : { minutes, slots };
};

/** What an actor did lately. */
export interface Lately {
  /** Different subjects in the last five to six minutes, and in the last 60 to 65. */
  readonly subjectsInFiveMinutes: number;
  readonly subjectsInAnHour: number;
  /** Different accesses that were refused in the last 60 to 65 minutes. */
  readonly refusalsInAnHour: number;
}

/** What an actor did lately. A number below its limit may be too high, see `distinctIn`. */
export const lately = ({ minutes, slots }: AccessWindow, limits: Lately): Lately => ({
  subjectsInFiveMinutes: subjectsIn(minutes, limits.subjectsInFiveMinutes),
  subjectsInAnHour: subjectsIn(slots, limits.subjectsInAnHour),
  refusalsInAnHour: refusalsIn(slots, limits.refusalsInAnHour),
});
