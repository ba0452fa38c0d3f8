import type { ClosedSpan } from './access-window';
import { learnt, type RunningBaseline, unknownBaseline } from './running-baseline';
import type { SeenAccess } from './seen-access';
import { dayOf, isRemembered, type SeenDays, seenOn } from './seen-days';

/** When things were seen, by name. */
export type Habits = { readonly [name: string]: SeenDays };

/** What an actor, or everybody of a role together, usually does. */
export interface AccessProfile {
  /** Days with an access of any kind. */
  readonly active: SeenDays | undefined;
  /** By hour of the day in UTC, `0` to `23`. */
  readonly hours: Habits;
  /** By ISO 3166-1 code. */
  readonly countries: Habits;
  readonly actions: Habits;
  /** Different subjects of one actor in five minutes, and in an hour, in which there was an access. */
  readonly subjectsInFiveMinutes: RunningBaseline;
  readonly subjectsInAnHour: RunningBaseline;
  /** Refusals of one actor in an hour in which there was an access. */
  readonly refusalsInAnHour: RunningBaseline;
}

/** Of nobody yet. */
export const unknownProfile: AccessProfile = {
  active: undefined,
  hours: {},
  countries: {},
  actions: {},
  subjectsInFiveMinutes: unknownBaseline,
  subjectsInAnHour: unknownBaseline,
  refusalsInAnHour: unknownBaseline,
};

/** Before so many days of activity, and hours of it, a profile is still learning and nothing is judged by it. */
const LEARNING_DAYS = 5;
const LEARNING_HOURS = 20;

/** Whether a profile has learnt enough to judge by. */
export const isLearnt = ({ active, subjectsInAnHour }: AccessProfile, today: number): boolean =>
  isRemembered(active, today) && (active?.days ?? 0) >= LEARNING_DAYS && subjectsInAnHour.samples >= LEARNING_HOURS;

const withHabit = (habits: Habits, name: string | undefined, day: number): Habits => {
  if (name === undefined) return habits;
  const known = habits[name];
  const seen = seenOn(known, day);
  return seen === known ? habits : { ...habits, [name]: seen };
};

/** The hour of the day of a time, in UTC. */
export const hourOf = (atMs: number): number => Math.floor(atMs / 3_600_000) % 24;

/** The profile that has seen an access. Answers the very same object when it knew all of it that day. */
export const withAccess = (profile: AccessProfile, access: SeenAccess): AccessProfile => {
  const day = dayOf(access.atMs);
  const seen = {
    active: seenOn(profile.active, day),
    hours: withHabit(profile.hours, String(hourOf(access.atMs)), day),
    countries: withHabit(profile.countries, access.country, day),
    actions: withHabit(profile.actions, access.action, day),
  };
  const isKnown =
    seen.active === profile.active &&
    seen.hours === profile.hours &&
    seen.countries === profile.countries &&
    seen.actions === profile.actions;
  return isKnown ? profile : { ...profile, ...seen };
};

/** The most that is learnt of one span: what lies beyond is an attack, or will be usual only by and by. */
export interface LearningCaps {
  readonly subjectsInFiveMinutes: number;
  readonly subjectsInAnHour: number;
  readonly refusalsInAnHour: number;
}

/** The profile that has learnt five minutes that are over. */
export const withFiveMinutes = (
  profile: AccessProfile,
  { subjects }: ClosedSpan,
  caps: LearningCaps,
): AccessProfile => ({
  ...profile,
  subjectsInFiveMinutes: learnt(profile.subjectsInFiveMinutes, Math.min(subjects, caps.subjectsInFiveMinutes)),
});

/** The profile that has learnt an hour that is over. */
export const withHour = (
  profile: AccessProfile,
  { subjects, refusals }: ClosedSpan,
  caps: LearningCaps,
): AccessProfile => ({
  ...profile,
  subjectsInAnHour: learnt(profile.subjectsInAnHour, Math.min(subjects, caps.subjectsInAnHour)),
  refusalsInAnHour: learnt(profile.refusalsInAnHour, Math.min(refusals, caps.refusalsInAnHour)),
});
