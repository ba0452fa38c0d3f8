import fc from 'fast-check';
import { LatestTime } from '../../../lambdas/shared/event-time';

const NOW = '2026-11-23T08:00:00.000Z';
const DAY = 86_400_000;
const latest = new LatestTime(new Date(NOW));

describe('the time that an event tells', () => {
  it.each([
    ['2026-11-24T08:00:00.000Z', 'fits'],
    ['2026-11-24T08:00:00.001Z', 'too-far-ahead'],
    ['2026-11-24T05:00:00-03:00', 'fits'],
    ['2026-11-24T05:00:01-03:00', 'too-far-ahead'],
    ['1970-01-01T00:00:00Z', 'fits'],
    ['2026-13-01T00:00:00.000Z', 'no-time'],
    ['2026-11-23T08:60:00.000Z', 'no-time'],
    ['yesterday', 'no-time'],
  ])('may be a day ahead and no more: %s', (time, verdict) => {
    expect(latest.judge(time)).toBe(verdict);
  });

  it('is judged without parsing as it would be by parsing', () => {
    const parsed = (time: string) => {
      const at = Date.parse(time);
      if (Number.isNaN(at)) return 'no-time';
      return at <= Date.parse(NOW) + DAY ? 'fits' : 'too-far-ahead';
    };
    const digits = (length: number) =>
      fc.integer({ min: 0, max: 10 ** length - 1 }).map((n) => String(n).padStart(length, '0'));
    const written = fc
      .tuple(digits(4), digits(2), digits(2), digits(2), digits(2), digits(2), digits(3))
      .map(
        ([year, month, day, hour, minute, second, ms]) => `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`,
      );
    const near = fc
      .integer({ min: -3 * DAY, max: 3 * DAY })
      .map((off) => new Date(Date.parse(NOW) + off).toISOString());

    fc.assert(
      fc.property(fc.oneof(near, written, fc.string()), (time) => {
        expect(latest.judge(time)).toBe(parsed(time));
      }),
      { numRuns: 1_000 },
    );
  });
});
