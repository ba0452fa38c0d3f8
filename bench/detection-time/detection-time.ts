import {
  afterRequest,
  CHECKER_PATIENCE,
  CHECKERS,
  isSaidHealthy,
  newChecker,
} from '../../local/regions/health/health-check';

/** What decides how soon clients leave a region that is gone. */
export interface FailoverSettings {
  /** Of the health check: from an answer to the same checker's next request. */
  readonly intervalSeconds: number;
  /** Failed requests in a row until a checker changes its mind. */
  readonly failureThreshold: number;
  /** For how long resolvers keep a record. */
  readonly ttlSeconds: number;
}

/** What Tenfold deploys. */
export const ownSettings: FailoverSettings = { intervalSeconds: 10, failureThreshold: 2, ttlSeconds: 60 };

/** What AWS fills in for who sets nothing: a health check's interval and threshold, and the console's time to live. */
export const defaultSettings: FailoverSettings = { intervalSeconds: 30, failureThreshold: 3, ttlSeconds: 300 };

/** How a region fails its clients: `silent` answers nothing, `refused` hangs up, `slow` connects and does not answer. */
export type RegionFault = 'silent' | 'refused' | 'slow';

/** Every fault, the one that takes longest to be seen first. */
export const regionFaults = ['silent', 'slow', 'refused'] as const satisfies readonly RegionFault[];

/** A number from 0 to below 1. */
export type Draw = () => number;

const checkerWaitSeconds = {
  silent: CHECKER_PATIENCE.connectSeconds,
  slow: CHECKER_PATIENCE.answerSeconds,
  refused: 0,
};

/** Of clients that mean to notice: what they allow a connection, and an answer. */
const clientWaitSeconds = { silent: 3, slow: 5, refused: 0 };

/** A client tries again after this pause. */
const RETRY_PAUSE_SECONDS = 1;

/**
 * From a changed status to the last name server that answers by it. AWS names a bound for edited records alone (60 s) and none
 * for health, so this is an assumption; the benchmark shows what more would cost.
 */
export const assumedPropagation = { leastSeconds: 1, mostSeconds: 5 } as const;

const between = (least: number, most: number, draw: Draw): number => least + (most - least) * draw();

/**
 * Seconds from a fault to the unhealthy status: until no more than 18 % of sixteen checkers call the region healthy, each
 * asking at its own phase, waiting as long as the fault makes it, and again an interval later.
 */
export const secondsToUnhealthy = (
  { intervalSeconds, failureThreshold }: FailoverSettings,
  fault: RegionFault,
  draw: Draw,
): number => {
  const wait = checkerWaitSeconds[fault];
  const checkers = Array.from({ length: CHECKERS }, () => newChecker);
  const outcomes = checkers.map((_, index) => ({ index, at: intervalSeconds * draw() + wait }));
  for (;;) {
    const next = outcomes.reduce((first, one) => (one.at < first.at ? one : first));
    checkers[next.index] = afterRequest(checkers[next.index] ?? newChecker, false, failureThreshold);
    if (!isSaidHealthy(checkers)) return next.at;
    next.at += intervalSeconds + wait;
  }
};

/**
 * Seconds from a fault until a client is served elsewhere, its attempts and what its resolver remembers being at any phase. It
 * asks again when the answer that it has is over, and believes what it is told for a whole time to live.
 * @param movedAt when name servers lead away from the region, in seconds since the fault
 */
export const secondsToRecovery = (
  { ttlSeconds }: FailoverSettings,
  fault: RegionFault,
  movedAt: number,
  draw: Draw,
): number => {
  const period = clientWaitSeconds[fault] + RETRY_PAUSE_SECONDS;
  let now = period * draw();
  let knownUntil = ttlSeconds * draw();
  for (;;) {
    if (now >= knownUntil) {
      if (now >= movedAt) return now;
      knownUntil = now + ttlSeconds;
    }
    now += period;
  }
};

/** How one fault went, in seconds since it began. */
export interface DetectedFault {
  /** The health check is unhealthy. */
  readonly unhealthy: number;
  /** The client is served elsewhere. */
  readonly recovered: number;
}

/**
 * Plays one fault, as one client sees it.
 * @param propagationSeconds from the unhealthy status to the name servers; @default drawn from {@link assumedPropagation}
 */
export const playFault = (
  settings: FailoverSettings,
  fault: RegionFault,
  draw: Draw,
  propagationSeconds?: number,
): DetectedFault => {
  const unhealthy = secondsToUnhealthy(settings, fault, draw);
  const { leastSeconds, mostSeconds } = assumedPropagation;
  const movedAt = unhealthy + (propagationSeconds ?? between(leastSeconds, mostSeconds, draw));
  return { unhealthy, recovered: secondsToRecovery(settings, fault, movedAt, draw) };
};
