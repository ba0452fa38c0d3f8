import type { Compared } from './failure-ratio';

/** How many requests took how long: one count for each of `latencyBounds`, and a last one for what took longer. */
export type LatencyHistogram = readonly number[];

/**
 * Upper bounds of the bins, in milliseconds: 1, 1.5, 2, 3, 4, 6 … 32768. Two bins further is twice as slow, so that "twice as slow" is a
 * shift of a histogram, and a test on ranks can be asked about it.
 */
export const latencyBounds: readonly number[] = Array.from({ length: 31 }, (_, index) => {
  const octave = 2 ** Math.floor(index / 2);
  return index % 2 === 0 ? octave : 1.5 * octave;
});

/** A histogram of nothing. */
export const emptyHistogram: LatencyHistogram = Array.from({ length: latencyBounds.length + 1 }, () => 0);

/** The bins of durations in milliseconds. */
export const histogramOf = (milliseconds: readonly number[]): LatencyHistogram => {
  const counts = [...emptyHistogram];
  for (const duration of milliseconds) {
    const found = latencyBounds.findIndex((bound) => duration <= bound);
    const bin = found === -1 ? latencyBounds.length : found;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
};

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** Bin by bin. */
export const addHistograms = (one: LatencyHistogram, other: LatencyHistogram): LatencyHistogram =>
  one.map((count, bin) => count + (other[bin] ?? 0));

/** The bound below which a share of the durations lies, in milliseconds; nothing for an empty histogram. */
export const quantileBound = (histogram: LatencyHistogram, share: number): number | undefined => {
  const total = sum(histogram);
  if (total === 0) return undefined;
  let seen = 0;
  const bin = histogram.findIndex((count) => {
    seen += count;
    return seen >= share * total;
  });
  return latencyBounds[bin] ?? Number.POSITIVE_INFINITY;
};

/** The same durations, each that many bins longer. */
const shifted = (histogram: LatencyHistogram, bins: number): LatencyHistogram =>
  histogram.map((_, bin) =>
    bin === histogram.length - 1 ? sum(histogram.slice(bin - bins)) : (histogram[bin - bins] ?? 0),
  );

/**
 * How many standard errors the new version ranks above the old one, if the old one were `slowerBins` bins slower than it is: the test of
 * Mann and Whitney (Annals of Mathematical Statistics 18, 1947, 50–60) with the correction for ties, which bins are full of. It asks nothing
 * of the shape of durations, and no outlier outweighs the rest. Zero without requests: nothing is shown.
 */
export const slownessScore = (samples: Compared<LatencyHistogram>, slowerBins: number): number => {
  const [fresh, old] = [samples.new, shifted(samples.old, slowerBins)];
  const [n, m] = [sum(fresh), sum(old)];
  if (n === 0 || m === 0) return 0;
  let below = 0;
  let wins = 0;
  let ties = 0;
  for (const [bin, count] of fresh.entries()) {
    const others = old[bin] ?? 0;
    wins += count * (below + others / 2);
    below += others;
    ties += (count + others) ** 3 - (count + others);
  }
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  // All in one bin: neither is slower.
  return variance <= 0 ? 0 : (wins - (n * m) / 2) / Math.sqrt(variance);
};
