import {
  defaultSettings,
  type FailoverSettings,
  ownSettings,
  playFault,
  type RegionFault,
  regionFaults,
  secondsToRecovery,
  secondsToUnhealthy,
} from '../../../bench/detection-time/detection-time';
import { percentile } from '../../../bench/harness/summary';
import { seededRandom } from '../../../drills/harness/random';

const RUNS = 10_000;

const recoveries = (settings: FailoverSettings, fault: RegionFault): readonly number[] => {
  const random = seededRandom('detection time');
  return Array.from({ length: RUNS }, () => playFault(settings, fault, random.next).recovered);
};

/** Draws the given numbers, one after the other. */
const draws = (...numbers: number[]) => {
  const left = [...numbers];
  return (): number => left.shift() ?? 0;
};

describe('the health check', () => {
  /** Sixteen checkers evenly over an interval: the n-th asks first at n sixteenths of it. */
  const evenly = Array.from({ length: 16 }, (_, index) => index / 16);

  test('is unhealthy when the fourteenth of sixteen checkers has failed twice', () => {
    expect(secondsToUnhealthy(ownSettings, 'refused', draws(...evenly))).toBeCloseTo((10 * 13) / 16 + 10);
  });

  test('takes as long as checkers wait, before each outcome', () => {
    const at = (fault: RegionFault) => secondsToUnhealthy(ownSettings, fault, draws(...evenly));

    expect(at('slow') - at('refused')).toBeCloseTo(2 * 2);
    expect(at('silent') - at('refused')).toBeCloseTo(2 * 4);
  });

  test('takes an interval for each failure more that the threshold asks for', () => {
    const at = (failureThreshold: number) =>
      secondsToUnhealthy({ ...ownSettings, failureThreshold }, 'refused', draws(...evenly));

    expect(at(3) - at(2)).toBeCloseTo(10);
  });
});

describe('a client', () => {
  test('goes elsewhere when what it knows is over', () => {
    expect(secondsToRecovery(ownSettings, 'refused', 20, draws(0, 0.5))).toBe(30);
  });

  test('that asked too soon believes the old answer for a whole time to live', () => {
    expect(secondsToRecovery(ownSettings, 'refused', 20, draws(0, 19 / 60))).toBe(79);
  });

  test('first waits for the attempt that it is in', () => {
    expect(secondsToRecovery(ownSettings, 'silent', 20, draws(0.25, 0.5))).toBe(33);
  });
});

test.each(regionFaults)(
  'clients leave a region that is %s within 80 s in the middle and 100 s at the 99th percentile',
  (fault) => {
    const own = recoveries(ownSettings, fault);

    expect(percentile(own, 0.5)).toBeLessThanOrEqual(80);
    expect(percentile(own, 0.99)).toBeLessThanOrEqual(100);
  },
);

test("by AWS's defaults it takes up to around 390 s", () => {
  const usual = recoveries(defaultSettings, 'silent');

  expect(percentile(usual, 0.99)).toBeGreaterThan(380);
  expect(Math.max(...usual)).toBeLessThan(430);
});

test('one seed is one result', () => {
  expect(recoveries(ownSettings, 'silent').slice(0, 100)).toEqual(recoveries(ownSettings, 'silent').slice(0, 100));
});
