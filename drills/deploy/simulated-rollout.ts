import {
  addSamples,
  type CanaryVerdict,
  decideVerdict,
  maximumWindows,
  type ServedSample,
  type VersionSample,
} from '../../lambdas/release/canary-verdict';
import type { Compared } from '../../lambdas/release/failure-ratio';
import { emptyHistogram, histogramOf } from '../../lambdas/release/latency-histogram';

// By themselves: jest's sandbox looks globals up slowly, and there are millions of look-ups.
const { cos, floor, imul, log, PI, sqrt } = Math;

/** How a version behaves. */
export interface Behaviour {
  /** Share of requests that fail. */
  readonly failureRatio: number;
  /** Share of requests that are refused. @default 0 */
  readonly refusalRatio?: number;
  /** Factor on every duration. */
  readonly slowness: 1 | 3;
}

/** What a rollout is simulated with. */
export interface SimulatedRollout {
  /** Requests of customers in a window, to both versions together. */
  readonly requestsPerWindow: number;
  readonly old: Behaviour;
  readonly new: Behaviour;
  /** What the judge's probes see of the new version. @default the same as customers */
  readonly newToProbes?: Behaviour;
}

/** Uniform numbers from 0 to 1 from a seed: mulberry32, of which every seed gives another stream. */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/**
 * Durations to draw from, as bins. Their logarithms are normal around 20 ms (Box–Muller), and one in fifty is a cold start. A table,
 * because thousands of rollouts have millions of requests.
 */
const durationTable = (slowness: number): readonly number[] => {
  const random = seededRandom(1);
  return Array.from({ length: 8192 }, () => {
    const normal = sqrt(-2 * log(1 - random())) * cos(2 * PI * random());
    const cold = random() < 0.02 ? 400 : 0;
    return histogramOf([(20 * Math.exp(0.6 * normal) + cold) * slowness]).indexOf(1);
  });
};
const tables = new Map([1, 3].map((slowness) => [slowness, durationTable(slowness)]));

const sampleOf = (
  random: () => number,
  requests: number,
  { failureRatio, refusalRatio = 0, slowness }: Behaviour,
): ServedSample => {
  const table = tables.get(slowness) ?? [];
  const latency = [...emptyHistogram];
  let [failures, refusals] = [0, 0];
  for (let request = 0; request < requests; request += 1) {
    if (random() < failureRatio) failures += 1;
    // Not drawn where there are none: what is simulated without refusals stays as it is by its seed.
    if (refusalRatio > 0 && random() < refusalRatio) refusals += 1;
    const bin = table[floor(random() * table.length)] ?? 0;
    latency[bin] = (latency[bin] ?? 0) + 1;
  }
  return { requests, failures, refusals, latency };
};

const nothing: ServedSample = { requests: 0, failures: 0, refusals: 0, latency: emptyHistogram };

const addServed = (one: ServedSample, other: ServedSample): ServedSample => ({
  ...addSamples(one, other),
  refusals: one.refusals + other.refusals,
});

/** One rollout at a weight of ten percent, window by window, until there is a verdict. */
export const simulateRollout = (
  { requestsPerWindow, old, new: fresh, newToProbes = fresh }: SimulatedRollout,
  probesPerWindow: number,
  random: () => number,
): { readonly verdict: CanaryVerdict; readonly windows: number } => {
  let real: Compared<ServedSample> = { old: nothing, new: nothing };
  let synthetic: Compared<VersionSample> = real;
  for (let window = 1; ; window += 1) {
    let toNew = 0;
    for (let request = 0; request < requestsPerWindow; request += 1) if (random() < 0.1) toNew += 1;
    real = {
      old: addServed(real.old, sampleOf(random, requestsPerWindow - toNew, old)),
      new: addServed(real.new, sampleOf(random, toNew, fresh)),
    };
    synthetic = {
      old: addSamples(synthetic.old, sampleOf(random, probesPerWindow, { ...old, failureRatio: 0, refusalRatio: 0 })),
      new: addSamples(
        synthetic.new,
        sampleOf(random, probesPerWindow, {
          ...newToProbes,
          refusalRatio: 0,
          failureRatio: Math.max(0, newToProbes.failureRatio - old.failureRatio),
        }),
      ),
    };
    const verdict = decideVerdict({ real, synthetic }, window);
    if (verdict.verdict !== 'inconclusive' || window === maximumWindows) return { verdict, windows: window };
  }
};
