import fc from 'fast-check';
import { median, percentile, summarize } from '../../../bench/harness/summary';

const readings = fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { minLength: 1, maxLength: 50 });

describe('summaries of readings', () => {
  test('the median of an odd number of readings is the one in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  test('the median of an even number of readings lies between the two in the middle', () => {
    expect(median([1, 10, 2, 4])).toBe(3);
  });

  test('a percentile is the smallest reading that so many do not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, at) => at + 1);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 1)).toBe(100);
    expect(percentile([7], 0.01)).toBe(7);
  });

  test('a summary spans its readings, whatever order they come in', () => {
    fc.assert(
      fc.property(readings, (values) => {
        const { samples, min, median: middle, max } = summarize(values);
        expect(samples).toBe(values.length);
        expect([min, max]).toEqual([Math.min(...values), Math.max(...values)]);
        expect(summarize([...values].reverse()).median).toBe(middle);
        const below = values.filter((value) => value <= middle).length;
        expect(below).toBeGreaterThanOrEqual(values.length / 2);
      }),
    );
  });

  test('nothing is said of no readings', () => {
    expect(() => summarize([])).toThrow(RangeError);
  });
});
