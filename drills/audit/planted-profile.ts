import type * as z from 'zod/mini';
import type { keptHistory, keptProfile } from '../../lambdas/audit/access-history.contract';

type KeptHistory = z.input<typeof keptHistory>;
type KeptProfile = z.input<typeof keptProfile>;

/** What is said to be usual. */
export interface Usual {
  /** Day of the run, counted from 1970. */
  readonly today: number;
  /** Hours of the day, UTC. */
  readonly hours: readonly number[];
  readonly countries: readonly string[];
  readonly actions: readonly string[];
}

/** Weeks of habit. */
const DAYS = 20;
const SAMPLES = 80;

/** What the watch makes of these numbers, by the rules in docs/contexts/audit.md: the floors of what is known of somebody who reads little. */
export const plantedLimits = { subjectsInFiveMinutes: 40, refusalsInAnHour: 20 } as const;

const all = (names: readonly (string | number)[], lastDay: number) =>
  Object.fromEntries(names.map((name) => [String(name), { days: DAYS, lastDay }]));

/** The profile of somebody who works at those hours and does those things, and reads a handful of people's data an hour. */
export const plantedProfile = ({ today, hours, countries, actions }: Usual): KeptProfile => {
  const yesterday = today - 1;
  const few = { samples: SAMPLES, mean: 5, variance: 4 };
  return {
    active: { days: DAYS, lastDay: yesterday },
    hours: all(hours, yesterday),
    countries: all(countries, yesterday),
    actions: all(actions, yesterday),
    subjectsInFiveMinutes: few,
    subjectsInAnHour: few,
    refusalsInAnHour: { samples: SAMPLES, mean: 1, variance: 1 },
  };
};

/** The history of somebody with that profile who has done nothing for an hour. */
export const plantedHistory = (usual: Usual): KeptHistory => ({
  window: { minutes: [], slots: [] },
  profile: plantedProfile(usual),
  told: {},
  untold: [],
});

/** Every hour of the day. */
export const allHours: readonly number[] = Array.from({ length: 24 }, (_, hour) => hour);

/** Hours that are far from this one, so far that the drill does not come near them. */
export const hoursAwayFrom = (hour: number): readonly number[] =>
  [10, 11, 12, 13, 14].map((away) => (hour + away) % 24);
