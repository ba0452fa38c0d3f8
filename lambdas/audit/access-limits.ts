import type { AccessProfile, LearningCaps } from './access-profile';
import { limitOf } from './running-baseline';

/** How much is too much: each number is the least that rings. */
export type AccessLimits = LearningCaps;

/** What holds for whoever nothing is known of, neither by himself nor by his role. */
export const unknownLimits: AccessLimits = { subjectsInFiveMinutes: 150, subjectsInAnHour: 300, refusalsInAnHour: 30 };

/**
 * What a learnt profile allows. Floors: who seldom reads at all may read a few dozen once without waking anybody.
 * Five minutes of people are bursts of a few clicks, so their limit asks for more deviations than an hour's.
 */
export const limitsOf = (profile: AccessProfile): AccessLimits => ({
  subjectsInFiveMinutes: limitOf(profile.subjectsInFiveMinutes, { floor: 40, deviations: 12, times: 3 }),
  subjectsInAnHour: limitOf(profile.subjectsInAnHour, { floor: 80, deviations: 8, times: 2.5 }),
  refusalsInAnHour: limitOf(profile.refusalsInAnHour, { floor: 20, deviations: 8, times: 3 }),
});

const cap = { floor: 10, deviations: 3, times: 1.2 };

/**
 * The most that a learnt profile learns from one span. Well below what rings: who stays just under the limit moves it by about
 * 3 % an hour, so that it takes days and not an evening to make a mass read usual.
 */
export const learningCapsOf = (profile: AccessProfile): LearningCaps => ({
  subjectsInFiveMinutes: limitOf(profile.subjectsInFiveMinutes, cap),
  subjectsInAnHour: limitOf(profile.subjectsInAnHour, cap),
  refusalsInAnHour: limitOf(profile.refusalsInAnHour, cap),
});

/** What is learnt from a span before a profile judges anything: all of it. */
export const noCaps: LearningCaps = {
  subjectsInFiveMinutes: Number.POSITIVE_INFINITY,
  subjectsInAnHour: Number.POSITIVE_INFINITY,
  refusalsInAnHour: Number.POSITIVE_INFINITY,
};
