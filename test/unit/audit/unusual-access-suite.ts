import { attacks } from './access-traffic';
import { learntWeeks, simulateWeek } from './simulated-weeks';

/** What holds in every simulated week; the weeks are divided among files, which run at the same time. */
export const simulatedWeeksSuite = (seeds: readonly number[]): void => {
  describe('in a simulated week after four learnt ones', () => {
    const learnt = learntWeeks();
    const weeks = seeds.map((seed) => simulateWeek(learnt, seed));

    test('nobody who does nothing unusual is told of: one false alarm a week at most', () => {
      expect(weeks.filter(({ falseAlarms }) => falseAlarms.length > 1)).toEqual([]);
      expect(Math.min(...weeks.map(({ accesses }) => accesses))).toBeGreaterThan(25_000);
    });

    test.each(attacks)(
      '%s is found within 60 s of the first access that could give it away, in every week',
      (attack) => {
        const seconds = weeks.map(({ secondsToFinding }) => secondsToFinding[attack] ?? Number.POSITIVE_INFINITY);

        expect(Math.max(...seconds)).toBeLessThanOrEqual(60);
      },
    );
  });
};
