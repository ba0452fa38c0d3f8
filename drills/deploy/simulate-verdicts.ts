import { atMost, type Figure, informative } from '../harness/figure';
import { type Behaviour, type SimulatedRollout, seededRandom, simulateRollout } from './simulated-rollout';

/** Requests of customers in a window: none, thin, and enough. */
const TRAFFICS = [0, 10, 100, 1000];
/** Share of requests that fail with any version. */
const RATIOS = [0, 0.01, 0.02];
/** What the judge sends to each version in a window. */
const PROBES = 300;
/** Rollouts of each kind, over all kinds of traffic. */
const ROLLOUTS = 240;

/** Names of what is counted. */
export const verdictFigures = {
  goodSentBack: 'simulated good versions sent back',
  badPromoted: 'simulated versions that fail five points more promoted',
  slowPromoted: 'simulated versions three times as slow promoted',
} as const;

/** Counts wrong verdicts of the judge's own rules over simulated rollouts of both kinds. */
export const simulateVerdicts = (seed: number): readonly Figure[] => {
  const kinds = TRAFFICS.flatMap((requestsPerWindow) =>
    RATIOS.map((failureRatio) => ({ requestsPerWindow, failureRatio })),
  );
  const each = Math.ceil(ROLLOUTS / kinds.length);
  const wrongPercent = (wrong: 'promote' | 'roll-back', worse: (old: Behaviour) => Behaviour): number => {
    let count = 0;
    for (const [index, { requestsPerWindow, failureRatio }] of kinds.entries()) {
      const old: Behaviour = { failureRatio, slowness: 1 };
      const rollout: SimulatedRollout = { requestsPerWindow, old, new: worse(old) };
      const random = seededRandom(seed + index);
      for (let run = 0; run < each; run += 1)
        if (simulateRollout(rollout, PROBES, random).verdict.verdict === wrong) count += 1;
    }
    return (100 * count) / (each * kinds.length);
  };
  return [
    informative('simulated rollouts of each kind', each * kinds.length),
    atMost(
      verdictFigures.goodSentBack,
      wrongPercent('roll-back', (old) => old),
      2,
      '%',
    ),
    atMost(
      verdictFigures.badPromoted,
      wrongPercent('promote', (old) => ({ ...old, failureRatio: old.failureRatio + 0.05 })),
      2,
      '%',
    ),
    atMost(
      verdictFigures.slowPromoted,
      wrongPercent('promote', (old) => ({ ...old, slowness: 3 })),
      2,
      '%',
    ),
  ];
};
