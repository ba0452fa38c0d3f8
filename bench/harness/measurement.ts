import type { Bound, Figure } from '../../drills/harness/figure';
import { type Summary, summarize } from './summary';

/** A figure and the readings it comes from. */
export interface Measurement extends Figure {
  readonly ours?: Summary;
  readonly anchor?: Summary;
  /** Unit of the readings, where the figure itself is a ratio. */
  readonly readingsIn?: string;
}

/** Readings of both sides, taken in turns in one run. */
export interface Readings {
  readonly ours: readonly number[];
  readonly anchor: readonly number[];
  readonly unit: string;
}

/** Unit of a figure that is one of ours divided by one of the anchor's. */
export const RATIO = '×';

/** Ours by the anchor's, median by median. @throws RangeError a side has no readings */
export const ratio = (name: string, { ours, anchor, unit }: Readings, bound?: Bound): Measurement => {
  const summaries = { ours: summarize(ours), anchor: summarize(anchor) };
  const value = summaries.ours.median / summaries.anchor.median;
  return { name, value, unit: RATIO, readingsIn: unit, ...summaries, ...(bound === undefined ? {} : { bound }) };
};

/** One of our own numbers. */
export const reading = (name: string, value: number, unit: string, bound?: Bound): Measurement => ({
  name,
  value,
  unit,
  ...(bound === undefined ? {} : { bound }),
});

/** The bar of a figure that may not be greater. */
export const atMost = (value: number): Bound => ({ relation: '≤', value });

/** The bar of a figure that may not be smaller. */
export const atLeast = (value: number): Bound => ({ relation: '≥', value });
