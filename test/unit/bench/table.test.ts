import { atLeast, atMost, ratio, reading } from '../../../bench/harness/measurement';
import { tableOf, verdictOf } from '../../../bench/harness/table';

describe('the table of a benchmark', () => {
  test('a ratio is ours by theirs, median by median, with the readings and the bar beside it', () => {
    const [, line] = tableOf([ratio('load', { ours: [10, 30, 20], anchor: [40, 40], unit: 'ms' }, atMost(0.55))]);
    expect(line).toMatch(/^load\s+20 ms \(10–30, n=3\)\s+40 ms \(40–40, n=2\)\s+0\.50×\s+≤ 0\.55×\s+met$/);
  });

  test('a single reading is shown without a spread', () => {
    const [, line] = tableOf([ratio('bytes', { ours: [250], anchor: [638], unit: 'KB' })]);
    expect(line).toMatch(/^bytes\s+250 KB\s+638 KB\s+0\.39×$/);
  });

  test.each([
    [reading('p99', 349, 'ms', atMost(350)), 'met'],
    [reading('p99', 351, 'ms', atMost(350)), 'missed'],
    [reading('throughput', 1.4, '×', atLeast(1.5)), 'missed'],
    [reading('p99', Number.NaN, 'ms', atMost(350)), 'missed'],
    [reading('p50', 351, 'ms'), ''],
  ])('%j is %p', (measurement, verdict) => {
    expect(verdictOf(measurement)).toBe(verdict);
  });

  test('columns line up', () => {
    const lines = tableOf([reading('a', 1, 'ms', atMost(2)), reading('a longer name', 100, 'KB', atMost(2))]);
    const bars = lines.slice(1).map((line) => line.indexOf('≤'));
    expect(new Set(bars).size).toBe(1);
  });
});
