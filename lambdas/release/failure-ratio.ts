/** Requests that a version answered, and how many of them failed. */
export interface Outcomes {
  readonly requests: number;
  readonly failures: number;
}

/** The two versions of a comparison, over the same time. */
export interface Compared<Sample> {
  /** The version that has served until now. */
  readonly old: Sample;
  readonly new: Sample;
}

/** Failures by requests; 0 without requests. */
export const ratioOf = ({ requests, failures }: Outcomes): number => (requests === 0 ? 0 : failures / requests);

/** Most likely ratios of new and old under the condition that they differ by `margin`. */
const restrictedRatios = (samples: Compared<Outcomes>, margin: number): Compared<number> => {
  const [p1, p0] = [ratioOf(samples.new), ratioOf(samples.old)];
  const theta = samples.old.requests / samples.new.requests;
  const a = 1 + theta;
  const b = -(1 + theta + p1 + theta * p0 + margin * (theta + 2));
  const c = margin ** 2 + margin * (2 * p1 + theta + 1) + p1 + theta * p0;
  const d = -p1 * margin * (1 + margin);
  const v = b ** 3 / (27 * a ** 3) - (b * c) / (6 * a ** 2) + d / (2 * a);
  const u = (v < 0 ? -1 : 1) * Math.sqrt(Math.max(0, b ** 2 / (9 * a ** 2) - c / (3 * a)));
  const cosine = u === 0 ? 1 : Math.min(1, Math.max(-1, v / u ** 3));
  const root = 2 * u * Math.cos((Math.PI + Math.acos(cosine)) / 3) - b / (3 * a);
  const fresh = Math.min(1, Math.max(margin, root));
  return { new: fresh, old: fresh - margin };
};

const varianceOf = (ratio: number): number => ratio * (1 - ratio);

/**
 * How many standard errors the new version's ratio lies above the old one's plus `margin`: the score test of a difference of two
 * proportions with the restricted maximum likelihood estimate of Farrington and Manning (Statistics in Medicine 9, 1990, 1447–1454), which
 * is the test behind the interval of Miettinen and Nurminen (Statistics in Medicine 4, 1985, 213–226). Far below zero: the new version is
 * not worse by `margin` or more. Zero without requests: nothing is shown.
 * @param margin between 0 and 1, not 0
 */
export const excessScore = (samples: Compared<Outcomes>, margin: number): number => {
  if (samples.new.requests === 0 || samples.old.requests === 0) return 0;
  const restricted = restrictedRatios(samples, margin);
  const variance =
    varianceOf(restricted.new) / samples.new.requests + varianceOf(restricted.old) / samples.old.requests;
  return variance === 0 ? 0 : (ratioOf(samples.new) - ratioOf(samples.old) - margin) / Math.sqrt(variance);
};

// Lanczos' approximation of the logarithm of gamma, g = 7, nine terms: fifteen digits (Press et al., Numerical Recipes, §6.1).
const lanczos = [
  0.999_999_999_999_809_93, 676.520_368_121_885_1, -1_259.139_216_722_402_8, 771.323_428_777_653_13,
  -176.615_029_162_140_6, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_571_6e-6,
  1.505_632_735_149_311_6e-7,
];

const logFactorial = (n: number): number => {
  const series = lanczos.reduce((sum, term, index) => (index === 0 ? term : sum + term / (n + index)), 0);
  const shifted = n + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (n + 0.5) * Math.log(shifted) - shifted + Math.log(series);
};

const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/**
 * How probable it is that at least as many of all failures fall on the new version by chance: Fisher's exact test, one-sided. It holds
 * however few requests there are; tests with a normal approximation call one failure among twenty requests significant.
 */
export const chanceOfSoManyFailures = ({ old, new: fresh }: Compared<Outcomes>): number => {
  const failures = old.failures + fresh.failures;
  const most = Math.min(failures, fresh.requests);
  let count = fresh.failures;
  let term = Math.exp(
    logChoose(fresh.requests, count) +
      logChoose(old.requests, failures - count) -
      logChoose(old.requests + fresh.requests, failures),
  );
  let chance = term;
  for (; count < most; count += 1) {
    // From one count of the hypergeometric distribution to the next.
    const growth =
      ((failures - count) * (fresh.requests - count)) / ((count + 1) * (old.requests - failures + count + 1));
    term *= growth;
    chance += term;
    // Terms only shrink from here on, and no longer change the sum.
    if (growth < 1 && term < chance * Number.EPSILON) break;
  }
  return Math.min(1, chance);
};

/** How sure a comparison has to be; standard scores, one-sided. */
export interface Certainty {
  /** Of not promoting a version that is worse by the margin. */
  readonly critical: number;
  /** Of promoting one that is as good as the old one. */
  readonly power: number;
}

/**
 * Requests to the new version that a comparison needs, when both versions fail as often as the old one does: Farrington and Manning's sample
 * size. With fewer, a good version would be sent back for want of evidence.
 */
export const neededRequests = (samples: Compared<Outcomes>, margin: number, { critical, power }: Certainty): number => {
  if (samples.new.requests === 0 || samples.old.requests === 0) return Number.POSITIVE_INFINITY;
  const theta = samples.old.requests / samples.new.requests;
  const ratio = ratioOf(samples.old);
  const alike = {
    old: samples.old,
    new: { requests: samples.new.requests, failures: ratio * samples.new.requests },
  };
  const worse = restrictedRatios(alike, margin);
  const underWorse = Math.sqrt(varianceOf(worse.new) + varianceOf(worse.old) / theta);
  const underAlike = Math.sqrt(varianceOf(ratio) * (1 + 1 / theta));
  return Math.ceil(((critical * underWorse + power * underAlike) / margin) ** 2);
};
