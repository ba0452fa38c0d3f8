import { seededRandom } from '../../drills/harness/random';
import type { Benchmark } from '../harness/benchmark';
import { atMost, type Measurement, RATIO, reading } from '../harness/measurement';
import { percentile, summarize } from '../harness/summary';
import {
  assumedPropagation,
  defaultSettings,
  type FailoverSettings,
  ownSettings,
  playFault,
  type RegionFault,
} from './detection-time';

const RUNS = 10_000;
const SEED = '1';
const SLOW_PROPAGATION_SECONDS = 10;

const play = (settings: FailoverSettings, fault: RegionFault, propagationSeconds?: number) => {
  const random = seededRandom(SEED);
  return Array.from({ length: RUNS }, () => playFault(settings, fault, random.next, propagationSeconds));
};

const recoveries = (...wanted: Parameters<typeof play>): readonly number[] =>
  play(...wanted).map(({ recovered }) => recovered);

const seconds = (value: number): string => value.toFixed(1);

/** P10: how soon clients are served elsewhere when a region is gone. Nothing is timed: it is simulated by Route 53's rules. */
export const detectionTime: Benchmark = {
  name: 'detection-time',
  compares: `seconds from a region's silence to a client served elsewhere, simulated by Route 53's rules: our records and checks with AWS's defaults`,
  run: async ({ progress }) => {
    progress.phase(`${RUNS} faults`);
    const own = recoveries(ownSettings, 'silent');
    const usual = recoveries(defaultSettings, 'silent');
    const unhealthy = play(ownSettings, 'silent').map((one) => one.unhealthy);
    const alike = (fault: RegionFault): string => {
      const readings = recoveries(ownSettings, fault);
      return `${fault}: median ${seconds(percentile(readings, 0.5))} s, p99 ${seconds(percentile(readings, 0.99))} s`;
    };
    const late = percentile(recoveries(ownSettings, 'silent', SLOW_PROPAGATION_SECONDS), 0.99);
    progress.end();
    const against = (name: string, share: number, bar: number): Measurement[] => [
      { ...reading(`${name}, ours`, percentile(own, share), 's', atMost(bar)), ours: summarize(own), readingsIn: 's' },
      {
        ...reading(`… against the defaults`, percentile(own, share) / percentile(usual, share), RATIO),
        anchor: summarize(usual),
        readingsIn: 's',
      },
    ];
    return {
      measurements: [
        ...against('median until a client is served elsewhere', 0.5, 80),
        ...against('p99', 0.99, 100),
        reading('p99, the defaults', percentile(usual, 0.99), 's'),
        reading('longest, the defaults', Math.max(...usual), 's'),
        reading('p99 until the health check is unhealthy, ours', percentile(unhealthy, 0.99), 's'),
      ],
      notes: [
        `${RUNS} runs, seed ${SEED}; sixteen checkers an endpoint, each at its own phase, 4 s to connect and 2 s to answer, healthy while more than 18 % say so`,
        `ours: ${settingsOf(ownSettings)}; the defaults: ${settingsOf(defaultSettings)}`,
        `other faults, ours: ${alike('slow')}; ${alike('refused')}`,
        `assumed: ${assumedPropagation.leastSeconds}–${assumedPropagation.mostSeconds} s until every name server knows, for which AWS names no figure; were it ${SLOW_PROPAGATION_SECONDS} s, our p99 would be ${seconds(late)} s`,
        'left out: resolvers that keep records longer than they may, clients that keep connections to a region that answers them nothing, and the alarm beside the endpoint check, which can only be sooner',
      ],
    };
  },
};

const settingsOf = ({ intervalSeconds, failureThreshold, ttlSeconds }: FailoverSettings): string =>
  `interval ${intervalSeconds} s, threshold ${failureThreshold}, time to live ${ttlSeconds} s`;
