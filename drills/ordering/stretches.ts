import type { ActivityDelivery, ActivityLoad } from './activity-load';

/** Parts of the load, by what happens while they are handled. */
export interface Stretches {
  /** Nothing is done to it: the pace is measured. */
  readonly calm: readonly ActivityDelivery[];
  /** Workers die, and lanes are split and merged. */
  readonly rough: readonly ActivityDelivery[];
  /** Batches are given up. */
  readonly lossy: readonly ActivityDelivery[];
  readonly quiet: readonly ActivityDelivery[];
  /** Partitions of the table are too busy. */
  readonly busy: readonly ActivityDelivery[];
}

/** Where each ends, as a share of a visit's events. */
const ends = { calm: 0.25, rough: 0.6, lossy: 0.7, quiet: 0.93 };

/** Cuts the load where it stands in the order of sending. */
export const stretchesOf = ({ deliveries }: ActivityLoad, events: number): Stretches => {
  const between = (from: number, to: number): readonly ActivityDelivery[] =>
    deliveries.filter(({ place }) => place >= 1 + events * from && place < 1 + events * to);
  return {
    calm: between(Number.NEGATIVE_INFINITY, ends.calm),
    rough: between(ends.calm, ends.rough),
    lossy: between(ends.rough, ends.lossy),
    quiet: between(ends.lossy, ends.quiet),
    busy: between(ends.quiet, Number.POSITIVE_INFINITY),
  };
};
