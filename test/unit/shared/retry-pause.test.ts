import fc from 'fast-check';
import { pauseSeconds, triesWithin } from '../../../lambdas/shared/retry-pause.contract';

const beginOf = (nth: number): number =>
  Array.from({ length: nth - 1 }, (_, index) => pauseSeconds(index + 1)).reduce((sum, pause) => sum + pause, 0);

describe('the pauses between tries', () => {
  it('double up to a quarter of an hour', () => {
    expect([1, 2, 3, 10, 11, 40].map(pauseSeconds)).toEqual([1, 2, 4, 512, 900, 900]);
  });

  it('let as many tries begin within a time as there is room for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400 }), (seconds) => {
        const tries = triesWithin(seconds);
        expect(beginOf(tries)).toBeLessThan(seconds);
        expect(beginOf(tries + 1)).toBeGreaterThanOrEqual(seconds);
      }),
    );
  });
});
