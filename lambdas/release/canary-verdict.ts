import {
  type Compared,
  chanceOfSoManyFailures,
  excessScore,
  neededRequests,
  type Outcomes,
  ratioOf,
} from './failure-ratio';
import { addHistograms, type LatencyHistogram, quantileBound, slownessScore } from './latency-histogram';

/** What one version did during the comparison. */
export interface VersionSample extends Outcomes {
  readonly latency: LatencyHistogram;
}

/** What customers met of one version. */
export interface ServedSample extends VersionSample {
  /** Requests that it refused (4xx). Whether it was right to do so is not known: only that both versions were asked by the same callers. */
  readonly refusals: number;
}

/** Both samples as one. */
export const addSamples = (one: VersionSample, other: VersionSample): VersionSample => ({
  requests: one.requests + other.requests,
  failures: one.failures + other.failures,
  latency: addHistograms(one.latency, other.latency),
});

/** Both versions under the traffic of customers, and under that of the judge. */
export interface CanaryEvidence {
  readonly real: Compared<ServedSample>;
  readonly synthetic: Compared<VersionSample>;
}

/** A comparison takes this many windows at most; what is inconclusive after the last one is rolled back. */
export const maximumWindows = 2;

/**
 * What a test has to exceed at each of two looks so that the chance of a wrong answer at either is half a percent: Pocock's boundary
 * (Biometrika 64, 1977, 191–199, table 1: two groups, two-sided level 0.01). Five one-sided tests may be wrong: two and a half percent together, and less in fact,
 * because those of latency ask for half as slow again, and Fisher's has no more than its level.
 */
export const criticalScore = 2.772;
/** The one-sided probability that belongs to it (nominal two-sided level 0.0056 in the same table). */
export const criticalChance = 0.0028;
/** A good version is sent back for want of evidence in one of a hundred cases: standard normal quantile of 0.99. */
const powerScore = 2.326;

/** A new version that fails in this many more of its requests is worse. The bar is five points; three leave room for chance. */
export const failureMargin = 0.03;
/** Half as slow again (one bin) is not called slower; twice as slow (two bins) has to be ruled out. */
const toleratedBins = 1;
const excludedBins = 2;

/** The numbers of one comparison, for whoever asks why. */
export interface ComparisonNumbers {
  readonly requests: Compared<number>;
  readonly failures: Compared<number>;
  readonly failureRatio: Compared<number>;
  /** Upper bounds in milliseconds; nothing where there was no request. */
  readonly p50Milliseconds: Compared<number | undefined>;
  readonly p99Milliseconds: Compared<number | undefined>;
  /** Requests to the new version from which on these alone would decide; nothing while one of the versions has none. */
  readonly neededRequests: number | undefined;
  /** Fisher's exact test, one-sided; worse below `criticalChance`. */
  readonly chanceOfFailures: number;
  /** Farrington–Manning score against `failureMargin`; as good at `-criticalScore` and below. */
  readonly failureScore: number;
  /** Mann–Whitney scores against half as slow again, and against twice as slow. */
  readonly slowerScore: number;
  readonly notTwiceAsSlowScore: number;
}

/** Of customers' requests, refusals are compared, too. Of probes they need not be: each says itself what it has to be answered. */
export interface ServedNumbers extends ComparisonNumbers {
  readonly refusals: Compared<number>;
  readonly refusalRatio: Compared<number>;
  /** Fisher's exact test, one-sided; worse below `criticalChance`. */
  readonly chanceOfRefusals: number;
}

/** What is to become of the new version, with everything that was considered. */
export interface CanaryVerdict {
  readonly verdict: 'promote' | 'roll-back' | 'inconclusive';
  /** For people: what decided. */
  readonly because: readonly string[];
  /** Which traffic there was enough of to decide by. */
  readonly decidedBy: 'real' | 'synthetic';
  readonly real: ServedNumbers;
  readonly synthetic: ComparisonNumbers;
}

const both = <Sample, Value>(samples: Compared<Sample>, of: (sample: Sample) => Value): Compared<Value> => ({
  old: of(samples.old),
  new: of(samples.new),
});

const numbersOf = (samples: Compared<VersionSample>): ComparisonNumbers => {
  const latencies = both(samples, ({ latency }) => latency);
  const needed = neededRequests(samples, failureMargin, { critical: criticalScore, power: powerScore });
  return {
    requests: both(samples, ({ requests }) => requests),
    failures: both(samples, ({ failures }) => failures),
    failureRatio: both(samples, ratioOf),
    p50Milliseconds: both(latencies, (latency) => quantileBound(latency, 0.5)),
    p99Milliseconds: both(latencies, (latency) => quantileBound(latency, 0.99)),
    neededRequests: Number.isFinite(needed) ? needed : undefined,
    chanceOfFailures: chanceOfSoManyFailures(samples),
    failureScore: excessScore(samples, failureMargin),
    slowerScore: slownessScore(latencies, toleratedBins),
    notTwiceAsSlowScore: slownessScore(latencies, excludedBins),
  };
};

const servedNumbersOf = (samples: Compared<ServedSample>): ServedNumbers => {
  const refused = both(samples, ({ requests, refusals }) => ({ requests, failures: refusals }));
  return {
    ...numbersOf(samples),
    refusals: both(samples, ({ refusals }) => refusals),
    refusalRatio: both(refused, ratioOf),
    chanceOfRefusals: chanceOfSoManyFailures(refused),
  };
};

const harmIn = (traffic: string, { chanceOfFailures, slowerScore, failures }: ComparisonNumbers): readonly string[] => [
  ...(chanceOfFailures <= criticalChance
    ? [`${traffic} requests fail more often: ${failures.new} against ${failures.old}`]
    : []),
  ...(slowerScore >= criticalScore ? [`${traffic} requests are slower`] : []),
];

const refusedIn = ({ chanceOfRefusals, refusals }: ServedNumbers): readonly string[] =>
  chanceOfRefusals <= criticalChance
    ? [`real requests are refused more often: ${refusals.new} against ${refusals.old}`]
    : [];

const doubtsIn = (traffic: string, numbers: ComparisonNumbers): readonly string[] => [
  ...(numbers.failureScore <= -criticalScore ? [] : [`${traffic} requests do not show that it fails as rarely`]),
  ...(numbers.notTwiceAsSlowScore <= -criticalScore ? [] : [`${traffic} requests do not show that it is as fast`]),
];

/** Of probes it is known what is right, so that versions that are wrong alike are not as good as each other. */
const wrongIn = ({ failureRatio }: ComparisonNumbers): readonly string[] =>
  failureRatio.new > failureMargin ? ['probes are not answered as the contract says'] : [];

const isEnough = ({ requests, neededRequests: needed }: ComparisonNumbers): boolean =>
  needed !== undefined && requests.new >= needed;

/**
 * Compares the new version with the old one. Harm that either traffic shows rolls back at once. A version is promoted only on evidence that it
 * is not worse: of customers' traffic if there is enough of it, else of the judge's own, which then runs for all windows so that what little
 * real traffic there is has its time to object.
 * @param window which look this is, 1 to `maximumWindows`
 */
export const decideVerdict = (evidence: CanaryEvidence, window: number): CanaryVerdict => {
  const [real, synthetic] = [servedNumbersOf(evidence.real), numbersOf(evidence.synthetic)];
  const decidedBy = isEnough(real) ? 'real' : 'synthetic';
  const found = { decidedBy, real, synthetic } as const;
  const harm = [...harmIn('real', real), ...refusedIn(real), ...harmIn('synthetic', synthetic)];
  if (harm.length > 0) return { verdict: 'roll-back', because: harm, ...found };
  const isLast = window >= maximumWindows;
  const doubts = doubtsIn(decidedBy, decidedBy === 'real' ? real : synthetic);
  const early = decidedBy === 'synthetic' && !isLast ? ['real traffic is thin: it is held for another window'] : [];
  const open = [...doubts, ...wrongIn(synthetic), ...early];
  if (open.length === 0)
    return { verdict: 'promote', because: [`${decidedBy} requests fail as rarely and are as fast`], ...found };
  return { verdict: isLast ? 'roll-back' : 'inconclusive', because: open, ...found };
};
