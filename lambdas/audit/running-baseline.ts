/** What a number usually is: exponentially weighted mean and variance, the newest sample weighing most. */
export interface RunningBaseline {
  readonly samples: number;
  readonly mean: number;
  readonly variance: number;
}

/** Of no sample yet. */
export const unknownBaseline: RunningBaseline = { samples: 0, mean: 0, variance: 0 };

/** Half of the weight lies on the last 80 samples: two weeks of working hours of a person, three days of a machine. */
const HALF_LIFE = 80;
const LEAST_WEIGHT = 1 - 2 ** (-1 / HALF_LIFE);

/**
 * The baseline with one sample more (West's update of the exponentially weighted variance). The first samples weigh the same.
 */
export const learnt = ({ samples, mean, variance }: RunningBaseline, sample: number): RunningBaseline => {
  const weight = Math.max(LEAST_WEIGHT, 1 / (samples + 1));
  const difference = sample - mean;
  return {
    samples: samples + 1,
    mean: mean + weight * difference,
    variance: (1 - weight) * (variance + weight * difference * difference),
  };
};

/** From where on a number is beyond what is usual. */
export interface LimitRule {
  /** Never less, whatever the baseline says: few of something are nothing unusual. */
  readonly floor: number;
  /** Standard deviations above the mean. */
  readonly deviations: number;
  /** Never less than so many times the mean: who always does exactly the same has hardly a deviation. */
  readonly times: number;
}

/** The least number that is beyond what is usual. */
export const limitOf = ({ mean, variance }: RunningBaseline, { floor, deviations, times }: LimitRule): number =>
  Math.ceil(Math.max(floor, mean * times, mean + deviations * Math.sqrt(variance)));
