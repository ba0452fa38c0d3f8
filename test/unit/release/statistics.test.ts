import fc from 'fast-check';
import {
  chanceOfSoManyFailures,
  excessScore,
  neededRequests,
  type Outcomes,
} from '../../../lambdas/release/failure-ratio';
import {
  addHistograms,
  emptyHistogram,
  histogramOf,
  latencyBounds,
  quantileBound,
  slownessScore,
} from '../../../lambdas/release/latency-histogram';

const of = (failures: number, requests: number): Outcomes => ({ failures, requests });
const outcomes = fc
  .tuple(fc.integer({ min: 0, max: 3000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([requests, share]) => of(Math.floor(requests * share), requests));

describe('Fisher’s exact test', () => {
  it.each([
    // The lady tasting tea (Fisher, The Design of Experiments, 1935): 17 of 70.
    [of(1, 4), of(3, 4), 17 / 70],
    // All of one failure on one of ten requests.
    [of(0, 9), of(1, 1), 0.1],
    [of(0, 0), of(0, 0), 1],
  ])('has the known chance for %j against %j', (old, fresh, chance) => {
    expect(chanceOfSoManyFailures({ old, new: fresh })).toBeCloseTo(chance, 10);
  });

  it('is a probability, and never grows when more of the new version’s requests fail', () => {
    fc.assert(
      fc.property(outcomes, outcomes, (old, fresh) => {
        const chance = chanceOfSoManyFailures({ old, new: fresh });
        expect(chance).toBeGreaterThanOrEqual(0);
        expect(chance).toBeLessThanOrEqual(1);
        if (fresh.failures < fresh.requests) {
          const worse = { ...fresh, failures: fresh.failures + 1 };
          expect(chanceOfSoManyFailures({ old, new: worse })).toBeLessThanOrEqual(chance + 1e-9);
        }
      }),
    );
  });
});

describe('the score of a difference of two ratios', () => {
  /** Log-likelihood of both samples when the ratios differ by the margin. */
  const likelihood = (old: Outcomes, fresh: Outcomes, ratio: number, margin: number) => {
    const of = ({ failures, requests }: Outcomes, p: number) =>
      (failures === 0 ? 0 : failures * Math.log(p)) +
      (requests === failures ? 0 : (requests - failures) * Math.log(1 - p));
    return of(fresh, ratio) + of(old, ratio - margin);
  };

  it('uses the most likely pair of ratios that differ by the margin', () => {
    const some = fc
      .tuple(fc.integer({ min: 5, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([requests, share]) => of(Math.floor(requests * share), requests));
    fc.assert(
      fc.property(some, some, fc.double({ min: 0.01, max: 0.3, noNaN: true }), (old, fresh, margin) => {
        let best = { ratio: margin, value: Number.NEGATIVE_INFINITY };
        for (let step = 0; step <= 4000; step += 1) {
          const ratio = margin + ((1 - margin) * step) / 4000;
          const value = likelihood(old, fresh, ratio, margin);
          if (value > best.value) best = { ratio, value };
        }
        const [p1, p0] = [best.ratio, best.ratio - margin];
        const deviation = Math.sqrt((p1 * (1 - p1)) / fresh.requests + (p0 * (1 - p0)) / old.requests);
        const expected = (fresh.failures / fresh.requests - old.failures / old.requests - margin) / deviation;
        const score = excessScore({ old, new: fresh }, margin);
        expect(Math.abs(score - expected)).toBeLessThan(0.02 * Math.abs(expected) + 0.02);
      }),
    );
  });

  it('shows nothing without requests', () => {
    expect(excessScore({ old: of(0, 0), new: of(0, 100) }, 0.03)).toBe(0);
    expect(excessScore({ old: of(0, 100), new: of(0, 0) }, 0.03)).toBe(0);
    expect(neededRequests({ old: of(0, 0), new: of(0, 9) }, 0.03, { critical: 2, power: 2 })).toBe(Infinity);
  });

  it('reaches its critical value with a clean record exactly from the needed requests on', () => {
    const critical = 2.772;
    const needed = neededRequests({ old: of(0, 9000), new: of(0, 1000) }, 0.03, { critical, power: 2.326 });
    const scoreOf = (requests: number) => excessScore({ old: of(0, 9 * requests), new: of(0, requests) }, 0.03);
    expect(needed).toBe(249);
    expect(scoreOf(needed)).toBeLessThanOrEqual(-critical);
    expect(scoreOf(needed - 1)).toBeGreaterThan(-critical);
  });
});

describe('latency in bins', () => {
  const duration = fc.double({ min: 0.1, max: 60_000, noNaN: true });
  const durations = fc.array(duration, { minLength: 1, maxLength: 60 });

  it('has bounds of which every second one is twice as long', () => {
    for (const [index, bound] of latencyBounds.entries()) expect(latencyBounds[index + 2] ?? 2 * bound).toBe(2 * bound);
  });

  it('ranks like the plain Mann–Whitney count over all pairs', () => {
    const binOf = (milliseconds: number) => histogramOf([milliseconds]).indexOf(1);
    fc.assert(
      fc.property(durations, durations, (old, fresh) => {
        const wins = fresh.flatMap((one) =>
          old.map((other) => (binOf(one) > binOf(other) ? 1 : binOf(one) === binOf(other) ? 0.5 : 0)),
        );
        const surplus = wins.reduce<number>((sum, win) => sum + win, 0) - wins.length / 2;
        const score = slownessScore({ old: histogramOf(old), new: histogramOf(fresh) }, 0);
        expect(Math.sign(score)).toBe(Math.sign(surplus));
        expect(slownessScore({ old: histogramOf(fresh), new: histogramOf(old) }, 0)).toBeCloseTo(-score, 9);
      }),
    );
  });

  it('has the score of a textbook sample with ties', () => {
    // New: bins 1, 2, 2, 3; old: bins 0, 0, 1, 2. U = 13.5; ties of 2, 2, 3 and 1 of 8: variance 4·4/12·(9 − 36/56).
    const fresh = histogramOf([1.2, 2, 2, 3]);
    const old = histogramOf([1, 1, 1.2, 2]);
    expect(slownessScore({ old, new: fresh }, 0)).toBeCloseTo((13.5 - 8) / Math.sqrt((16 / 12) * (9 - 36 / 56)), 10);
  });

  it('finds no difference where the old version is made as slow as the new one is', () => {
    const old = [3, 5, 7, 11, 40, 90];
    const fresh = old.map((milliseconds) => 2 * milliseconds);
    const samples = { old: histogramOf(old), new: histogramOf(fresh) };
    expect(slownessScore(samples, 2)).toBe(0);
    expect(slownessScore(samples, 0)).toBeGreaterThan(0);
  });

  it('loses no request, whatever it took', () => {
    fc.assert(
      fc.property(durations, durations, (one, other) => {
        const all = addHistograms(histogramOf(one), histogramOf(other));
        expect(all.reduce((sum, count) => sum + count, 0)).toBe(one.length + other.length);
        expect(quantileBound(all, 1)).toBeGreaterThanOrEqual(Math.max(...one, ...other));
      }),
    );
  });

  it('shows nothing without requests', () => {
    expect(slownessScore({ old: emptyHistogram, new: histogramOf([5]) }, 0)).toBe(0);
    expect(quantileBound(emptyHistogram, 0.5)).toBeUndefined();
  });
});
