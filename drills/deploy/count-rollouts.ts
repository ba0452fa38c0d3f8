import { atLeast, atMost, type Figure, informative, none } from '../harness/figure';
import type { Attempt } from './mixed-load';
import type { Rollout } from './rollout';

/** Requests to each version from which on a perfect record shows that it is not worse by three points (`neededRequests` of the judge). */
const ENOUGH_REQUESTS = 249;

/** Of fewer requests no share says anything: one of nine is more than a tenth. They count in the share of all bad versions together. */
const ENOUGH_FOR_A_SHARE = 100;

/** Names of what is counted. */
export const rolloutFigures = {
  failed: 'failed requests, of those that no bad version has answered',
  wrong: 'wrong answers, of those that no bad version has given',
  promoted: 'bad versions promoted',
  sentBack: 'good versions sent back',
  exposure: 'largest share of the traffic of a planned rollout that met its bad version',
  rare: 'requests that met the version which breaks a rare path',
  windows: 'windows until a verdict, at most',
  evidence: 'fewest requests to a version that was promoted',
} as const;

/** What was released, and whether it should have been promoted. */
export interface ReleasedVersion {
  readonly rollout: Rollout;
  readonly isGood: boolean;
  /** Its fault is one that probes meet, so that it should get no request at all. @default false */
  readonly isRare?: boolean;
}

const told = ({ operation, version, fault, at }: Attempt, startedAt: number): string =>
  `${operation}${version === undefined ? '' : ` (${version})`} after ${((at - startedAt) / 1000).toFixed(1)} s: ${fault}`;

const label = ({ version, operation, status, why }: Rollout): string =>
  `${version} of ${operation}: ${status}${why === '' ? '' : ` (${why})`}`;

/** Requests of an operation while one of its versions should have been on trial, and how many of them met it. */
const exposureOf = ({ version, operation, began, planned, ended }: Rollout, attempts: readonly Attempt[]) => {
  // Promoted, it goes on to be met; then what comes after counts, too.
  const until = Math.max(planned, ended);
  const meanwhile = attempts.filter((one) => one.operation === operation && one.at >= began && one.at <= until);
  const met = meanwhile.filter((one) => one.version === version).length;
  return { met, of: meanwhile.length };
};

const sumOf = <Key extends string>(rows: readonly { readonly [K in Key]: number }[], key: Key): number =>
  rows.reduce((sum, row) => sum + row[key], 0);

/** Counts what clients met, and how the rollouts ended. */
export const countRollouts = (
  attempts: readonly Attempt[],
  released: readonly ReleasedVersion[],
  startedAt: number,
): readonly Figure[] => {
  const bad = released.filter(({ isGood }) => !isGood);
  const isBad = new Set(bad.map(({ rollout }) => rollout.version));
  const clean = attempts.filter(({ version }) => version === undefined || !isBad.has(version));
  const faulty = clean.filter(({ fault }) => fault !== undefined);
  const isFailure = ({ status }: Attempt): boolean => status === undefined || status >= 500;
  const lines = (some: readonly Attempt[]) => some.map((one) => told(one, startedAt));
  const shares = bad.map(({ rollout }) => ({ rollout, ...exposureOf(rollout, attempts) }));
  const together = { met: sumOf(shares, 'met'), of: sumOf(shares, 'of') };
  const telling = [...shares.filter(({ of }) => of >= ENOUGH_FOR_A_SHARE), together];
  const percentOf = ({ met, of }: { readonly met: number; readonly of: number }) => (of === 0 ? 0 : (100 * met) / of);
  const judged = released.flatMap(({ rollout }) => rollout.judgement ?? []);
  const promoted = released.filter(({ rollout }) => rollout.status === 'Succeeded');
  const rare = bad.filter(({ isRare = false }) => isRare);
  const lasted = bad.map(({ rollout }) => (rollout.ended - (rollout.shifted ?? rollout.ended)) / 1000);
  return [
    informative('requests', attempts.length),
    none(rolloutFigures.failed, lines(faulty.filter(isFailure))),
    none(rolloutFigures.wrong, lines(faulty.filter((one) => !isFailure(one)))),
    none(
      rolloutFigures.promoted,
      bad.filter(({ rollout }) => rollout.status === 'Succeeded').map(({ rollout }) => label(rollout)),
    ),
    none(
      rolloutFigures.sentBack,
      released
        .filter(({ isGood, rollout }) => isGood && rollout.status !== 'Succeeded')
        .map(({ rollout }) => label(rollout)),
    ),
    ...shares.map((share) =>
      informative(
        `requests that met version ${share.rollout.version} of ${share.rollout.operation}`,
        share.met,
        `of ${share.of}`,
      ),
    ),
    atMost(rolloutFigures.exposure, Math.max(...telling.map(percentOf)), 10, '%'),
    ...(rare.length === 0
      ? []
      : [
          none(
            rolloutFigures.rare,
            attempts
              .filter(({ version }) => rare.some(({ rollout }) => rollout.version === version))
              .map((one) => told({ ...one, fault: one.fault ?? 'answered' }, startedAt)),
          ),
        ]),
    informative('longest time that a bad version had traffic', Math.max(0, ...lasted), 's'),
    ...(judged.length === 0
      ? []
      : [atMost(rolloutFigures.windows, Math.max(...judged.map(({ windows }) => windows)), 2)]),
    ...(promoted.length === 0
      ? []
      : [
          atLeast(
            rolloutFigures.evidence,
            Math.min(
              ...promoted.map(({ rollout: { judgement } }) =>
                Math.max(judgement?.real.requests.new ?? 0, judgement?.synthetic.requests.new ?? 0),
              ),
            ),
            ENOUGH_REQUESTS,
          ),
        ]),
  ];
};
