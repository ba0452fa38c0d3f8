import {
  type Behaviour,
  type SimulatedRollout,
  seededRandom,
  simulateRollout,
} from '../../../drills/deploy/simulated-rollout';
import {
  type CanaryEvidence,
  criticalScore,
  decideVerdict,
  maximumWindows,
  type ServedSample,
} from '../../../lambdas/release/canary-verdict';
import { emptyHistogram, histogramOf } from '../../../lambdas/release/latency-histogram';

/** What the judge sends to each version in a window. */
const probesPerWindow = 300;
const seed = 20_261_126;
const rollouts = 400;

const good = (failureRatio: number) => ({ failureRatio, slowness: 1 as const });
const countOf = (rollout: SimulatedRollout, kind: 'promote' | 'roll-back', times = rollouts) => {
  const random = seededRandom(seed);
  let counted = 0;
  for (let run = 0; run < times; run += 1) {
    const { verdict, windows } = simulateRollout(rollout, probesPerWindow, random);
    if (windows > maximumWindows || verdict.verdict === 'inconclusive') throw new Error('there was no verdict in time');
    if (verdict.verdict === kind) counted += 1;
  }
  return counted;
};

const traffics = [0, 10, 100, 1000, 4000];
const ratios = [0, 0.01, 0.02];
const grid = traffics.flatMap((requestsPerWindow) => ratios.map((ratio) => ({ requestsPerWindow, ratio })));

describe.each(grid)(
  'over $requestsPerWindow requests a window, of which $ratio fail anyway,',
  ({ requestsPerWindow, ratio }) => {
    const old = good(ratio);

    it('at most two of a hundred good versions are rolled back', () => {
      const wrong = countOf({ requestsPerWindow, old, new: old }, 'roll-back');
      expect(wrong).toBeLessThanOrEqual(0.02 * rollouts);
    });

    it('at most two of a hundred versions that fail five points more are promoted', () => {
      const wrong = countOf({ requestsPerWindow, old, new: good(ratio + 0.05) }, 'promote');
      expect(wrong).toBeLessThanOrEqual(0.02 * rollouts);
    });

    it('at most two of a hundred versions that are three times as slow are promoted', () => {
      const wrong = countOf({ requestsPerWindow, old, new: { ...old, slowness: 3 as const } }, 'promote');
      expect(wrong).toBeLessThanOrEqual(0.02 * rollouts);
    });
  },
);

describe('a fault that no probe meets', () => {
  it.each([4000, 8000])('is found by the traffic of customers alone, of %d requests a window', (requestsPerWindow) => {
    const [old, fresh] = [good(0.01), good(0.06)];
    const wrong = countOf({ requestsPerWindow, old, new: fresh, newToProbes: old }, 'promote');
    expect(wrong).toBeLessThanOrEqual(0.02 * rollouts);
  });
});

const refusing = (ratio: number): Behaviour => ({ ...good(0.01), refusalRatio: ratio });

describe.each([
  [10, 0.3],
  [100, 0.02],
  [100, 0.3],
  [1000, 0.02],
  [1000, 0.3],
  [4000, 0.02],
  [4000, 0.3],
])('over %d requests a window, of which a share of %d is refused anyway,', (requestsPerWindow, ratio) => {
  const old = refusing(ratio);

  it('at most two of a hundred good versions are rolled back', () => {
    expect(countOf({ requestsPerWindow, old, new: old }, 'roll-back')).toBeLessThanOrEqual(0.02 * rollouts);
  });

  it('no version that refuses less is rolled back for it', () => {
    const wrong = countOf({ requestsPerWindow, old, new: refusing(ratio / 2) }, 'roll-back');
    expect(wrong).toBeLessThanOrEqual(0.02 * rollouts);
  });
});

describe('a version that refuses what should be taken', () => {
  it.each([100, 1000, 4000])(
    'is not promoted when it does so always, over %d requests a window',
    (requestsPerWindow) => {
      const wrong = countOf(
        { requestsPerWindow, old: refusing(0.1), new: refusing(1), newToProbes: refusing(0.1) },
        'promote',
      );
      expect(wrong).toBeLessThanOrEqual(0.02 * rollouts);
    },
  );

  it('is not promoted when it does so to ten more of a hundred, over 4,000 requests a window', () => {
    const wrong = countOf({ requestsPerWindow: 4000, old: refusing(0.1), new: refusing(0.2) }, 'promote');
    expect(wrong).toBeLessThanOrEqual(0.02 * rollouts);
  });
});

const sample = (requests: number, failures: number, milliseconds = 20): ServedSample => ({
  requests,
  failures,
  refusals: 0,
  latency: histogramOf(Array.from({ length: requests }, (_, index) => milliseconds * (1 + (index % 5)))),
});
const none: ServedSample = { requests: 0, failures: 0, refusals: 0, latency: emptyHistogram };
const probed = { old: sample(300, 0), new: sample(300, 0) };
const evidenceOf = (
  [old, fresh]: readonly [ServedSample, ServedSample],
  synthetic: CanaryEvidence['synthetic'] = probed,
): CanaryEvidence => ({ real: { old, new: fresh }, synthetic });

describe('a verdict', () => {
  it('is reached in the first window when customers’ traffic is enough, with the numbers it used', () => {
    const verdict = decideVerdict(evidenceOf([sample(9000, 9), sample(1000, 1)]), 1);
    expect(verdict).toMatchObject({
      verdict: 'promote',
      decidedBy: 'real',
      because: ['real requests fail as rarely and are as fast'],
      real: {
        requests: { old: 9000, new: 1000 },
        failures: { old: 9, new: 1 },
        failureRatio: { old: 0.001, new: 0.001 },
        p99Milliseconds: { old: 128, new: 128 },
      },
      synthetic: { requests: { old: 300, new: 300 } },
    });
    expect(verdict.real.failureScore).toBeLessThan(-criticalScore);
    expect(verdict.real.neededRequests).toBeLessThan(1000);
  });

  it('waits for the last window where traffic is thin, and is then reached by the probes', () => {
    const thin = evidenceOf([sample(90, 0), sample(10, 0)]);
    expect(decideVerdict(thin, 1)).toMatchObject({
      verdict: 'inconclusive',
      decidedBy: 'synthetic',
      because: ['real traffic is thin: it is held for another window'],
    });
    expect(decideVerdict(thin, 2)).toMatchObject({ verdict: 'promote', decidedBy: 'synthetic' });
  });

  it('never promotes a version that was not tested: no traffic and no probes are rolled back', () => {
    const untested = evidenceOf([none, none], { old: none, new: none });
    expect(decideVerdict(untested, 1).verdict).toBe('inconclusive');
    expect(decideVerdict(untested, 2)).toMatchObject({
      verdict: 'roll-back',
      because: [
        'synthetic requests do not show that it fails as rarely',
        'synthetic requests do not show that it is as fast',
      ],
    });
  });

  it('does not promote on probes that were too few', () => {
    const few = { old: sample(200, 0), new: sample(200, 0) };
    expect(decideVerdict(evidenceOf([none, none], few), 2).verdict).toBe('roll-back');
  });

  it('rolls back at once when customers are hurt, however well the probes are answered', () => {
    expect(decideVerdict(evidenceOf([sample(9000, 9), sample(1000, 60)]), 1)).toMatchObject({
      verdict: 'roll-back',
      because: ['real requests fail more often: 60 against 9'],
    });
  });

  it('rolls back at once when customers are refused more often, however fast and however right of probes', () => {
    const [old, fresh] = [sample(9000, 0), sample(1000, 0)];
    const refused = (refusals: number) =>
      evidenceOf([
        { ...old, refusals: 900 },
        { ...fresh, refusals },
      ]);

    expect(decideVerdict(refused(600), 1)).toMatchObject({
      verdict: 'roll-back',
      because: ['real requests are refused more often: 600 against 900'],
      real: { refusals: { old: 900, new: 600 }, refusalRatio: { old: 0.1, new: 0.6 } },
    });
    expect(decideVerdict(refused(100), 1).verdict).toBe('promote');
    expect(decideVerdict(refused(0), 1).verdict).toBe('promote');
  });

  it('rolls back at once when probes of one kind fail, however well customers are served', () => {
    const oneKind = { old: sample(300, 0), new: sample(300, 15) };
    expect(decideVerdict(evidenceOf([sample(9000, 9), sample(1000, 1)], oneKind), 1)).toMatchObject({
      verdict: 'roll-back',
      because: ['synthetic requests fail more often: 15 against 0'],
    });
  });

  it('rolls back at once when it is slower', () => {
    expect(decideVerdict(evidenceOf([sample(9000, 0), sample(1000, 0, 60)]), 1)).toMatchObject({
      verdict: 'roll-back',
      because: ['real requests are slower'],
    });
  });

  it('does not take one failure among a few requests for harm', () => {
    expect(decideVerdict(evidenceOf([sample(90, 0), sample(10, 1)]), 2).verdict).toBe('promote');
  });

  it.each([0.05, 0.5, 1])('promotes nothing while both versions answer %d of the probes wrongly', (share) => {
    const wrong = { old: sample(300, 300 * share), new: sample(300, 300 * share) };
    const because: unknown = expect.arrayContaining(['probes are not answered as the contract says']);
    for (const real of [[none, none] as const, [sample(9000, 9), sample(1000, 1)] as const])
      expect(decideVerdict(evidenceOf(real, wrong), 2)).toMatchObject({ verdict: 'roll-back', because });
  });
});
