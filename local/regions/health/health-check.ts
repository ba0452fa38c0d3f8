/** A health check of Route 53. */
export type HealthCheck = {
  readonly id: string;
  /** Healthy counts as unhealthy, and the other way round. */
  readonly isInverted: boolean;
  /** Not checked any more, and taken for healthy. */
  readonly isDisabled: boolean;
} & (EndpointCheck | CalculatedCheck | AlarmCheck | UnwatchedCheck);

/** Asks an endpoint over HTTP. */
export interface EndpointCheck {
  readonly kind: 'endpoint';
  /** Name or address that is asked. */
  readonly host: string;
  /** Where to connect, when it is not to be looked up. */
  readonly address?: string;
  readonly port: number;
  readonly path: string;
  /** Between the end of one request of a checker and its next: 10 or 30. */
  readonly intervalSeconds: number;
  /** Answers in a row, of the other kind, until a checker changes its mind. */
  readonly failureThreshold: number;
  /** Must be in the first 5,120 bytes of the answer. */
  readonly searchString?: string;
}

/** Follows from other checks. */
export interface CalculatedCheck {
  readonly kind: 'calculated';
  readonly children: readonly string[];
  /** How many of them must be healthy. */
  readonly threshold: number;
}

/** Follows the metric of a CloudWatch alarm. */
export interface AlarmCheck {
  readonly kind: 'alarm';
  readonly alarm: { readonly name: string; readonly region: string };
  /** What to think when the metric says too little. */
  readonly onInsufficientData: 'Healthy' | 'Unhealthy' | 'LastKnownStatus';
}

/** Of a type that is not played here, and taken for healthy. */
export interface UnwatchedCheck {
  readonly kind: 'unwatched';
  readonly type: string;
}

/** How many of Route 53's checkers ask an endpoint at least. */
export const CHECKERS = 16;

/** How long a checker waits over HTTP: for the connection, and from then on for the status. */
export const CHECKER_PATIENCE = { connectSeconds: 4, answerSeconds: 2 } as const;

/** An endpoint is healthy while more than this share of the checkers says so. */
const HEALTHY_SHARE = 0.18;

/** What one checker thinks of an endpoint. */
export interface Checker {
  readonly isHealthy: boolean;
  /** Answers in a row that speak against it. */
  readonly contrary: number;
}

/** Route 53 takes an endpoint for healthy until it knows better. */
export const newChecker: Checker = { isHealthy: true, contrary: 0 };

/** A checker after one more request: it changes its mind after as many contrary outcomes in a row as the threshold says. */
export const afterRequest = (checker: Checker, succeeded: boolean, failureThreshold: number): Checker => {
  if (succeeded === checker.isHealthy) return { isHealthy: checker.isHealthy, contrary: 0 };
  const contrary = checker.contrary + 1;
  return contrary >= failureThreshold
    ? { isHealthy: succeeded, contrary: 0 }
    : { isHealthy: checker.isHealthy, contrary };
};

/** What an alarm's metric says. */
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** What is observed of the checks that look at something themselves. */
export interface Observations {
  /** By check. */
  readonly checkers: ReadonlyMap<string, readonly Checker[]>;
  /** By check; the last one that was not insufficient data is known beside it. */
  readonly alarms: ReadonlyMap<string, { readonly state: AlarmState; readonly lastKnown?: 'OK' | 'ALARM' }>;
}

/** Whether an endpoint is healthy by what its checkers think of it. */
export const isSaidHealthy = (checkers: readonly Checker[]): boolean =>
  checkers.length === 0 || checkers.filter(({ isHealthy }) => isHealthy).length / checkers.length > HEALTHY_SHARE;

/** The status of every check, calculated ones included. */
export const statusOfChecks = (
  checks: readonly HealthCheck[],
  observations: Observations,
): ReadonlyMap<string, boolean> => {
  const byId = new Map(checks.map((check) => [check.id, check]));
  const known = new Map<string, boolean>();
  const statusOf = (id: string, within: readonly string[]): boolean => {
    const check = byId.get(id);
    // A check that is gone keeps nobody from being healthy; Route 53 refuses checks of themselves.
    if (check === undefined || within.includes(id)) return true;
    const status = known.get(id) ?? (check.isDisabled || isFine(check, [...within, id])) !== check.isInverted;
    known.set(id, status);
    return status;
  };
  const isFine = (check: HealthCheck, within: readonly string[]): boolean => {
    switch (check.kind) {
      case 'endpoint':
        return isSaidHealthy(observations.checkers.get(check.id) ?? []);
      case 'calculated':
        return check.children.filter((child) => statusOf(child, within)).length >= check.threshold;
      case 'alarm':
        return isAlarmFine(check, observations.alarms.get(check.id));
      case 'unwatched':
        return true;
    }
  };
  return new Map(checks.map(({ id }) => [id, statusOf(id, [])]));
};

const isAlarmFine = (
  { onInsufficientData }: AlarmCheck,
  observed: { readonly state: AlarmState; readonly lastKnown?: 'OK' | 'ALARM' } | undefined,
): boolean => {
  const { state = 'INSUFFICIENT_DATA', lastKnown = 'OK' } = observed ?? {};
  if (state !== 'INSUFFICIENT_DATA') return state === 'OK';
  switch (onInsufficientData) {
    case 'Healthy':
      return true;
    case 'Unhealthy':
      return false;
    case 'LastKnownStatus':
      return lastKnown === 'OK';
  }
};
