/** What is told of repeated readings of one thing. */
export interface Summary {
  readonly samples: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

const ascending = (readings: readonly number[]): number[] => {
  if (readings.length === 0) throw new RangeError('expected at least one reading, got none');
  return [...readings].sort((one, other) => one - other);
};

const at = (sorted: readonly number[], index: number): number => sorted[index] ?? Number.NaN;

/**
 * The reading that a share of all readings does not exceed (nearest rank).
 * @param share 0 … 1, for example 0.99
 * @throws RangeError there are no readings
 */
export const percentile = (readings: readonly number[], share: number): number => {
  const sorted = ascending(readings);
  return at(sorted, Math.max(0, Math.ceil(share * sorted.length) - 1));
};

/** The middle reading; of an even number of them, the mean of the two in the middle. @throws RangeError there are none */
export const median = (readings: readonly number[]): number => {
  const sorted = ascending(readings);
  const half = sorted.length / 2;
  return (at(sorted, Math.ceil(half) - 1) + at(sorted, Math.floor(half))) / 2;
};

/** @throws RangeError there are no readings */
export const summarize = (readings: readonly number[]): Summary => {
  const sorted = ascending(readings);
  return { samples: sorted.length, min: at(sorted, 0), median: median(sorted), max: at(sorted, sorted.length - 1) };
};
