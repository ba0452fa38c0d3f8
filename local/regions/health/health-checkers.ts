import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AlarmCheck,
  type AlarmState,
  afterRequest,
  CHECKER_PATIENCE,
  CHECKERS,
  type Checker,
  type EndpointCheck,
  type HealthCheck,
  newChecker,
  statusOfChecks,
} from './health-check';
import type { Probe } from './probe-endpoint';

/** Shorter limits than these say more about this machine than about the endpoint. */
const LEAST_LIMIT_MILLISECONDS = 2_000;

const ALARM_INTERVAL_MILLISECONDS = 10_000;

/** What the checkers look at the world with. */
export interface CheckerDeps {
  /** Where the endpoint of a check is reached; `undefined` when nobody knows its name. */
  addressOf(check: EndpointCheck): string | undefined;
  probe(probe: Probe): Promise<boolean>;
  /** @param factor by how much the alarm's periods are shorter */
  alarmStateOf(alarm: AlarmCheck['alarm'], factor: number): Promise<AlarmState>;
  /** A number from 0 to below 1. */
  random(): number;
}

/** Checkers at work. */
export interface HealthCheckers {
  /** Replaces the checks that are watched; those that stay keep what is known of them. Nothing is watched after the end. */
  watch(checks: readonly HealthCheck[]): void;
  /** Whether each check is healthy. */
  statuses(): ReadonlyMap<string, boolean>;
  /** How many of an endpoint's checkers say that it is healthy. */
  votesFor(checkId: string): { readonly healthy: number; readonly of: number };
  /** By how much every interval and every limit is shorter than Route 53's. */
  setFactor(factor: number): void;
  /** Asks nothing any more, and waits for the answers that are under way. */
  close(): Promise<void>;
}

interface Watched {
  check: HealthCheck;
  readonly checkers: Checker[];
  alarm?: { state: AlarmState; lastKnown?: 'OK' | 'ALARM' };
  readonly ended: AbortController;
}

/**
 * Starts checkers of the kind Route 53 has: sixteen for each endpoint, each with its own phase, each asking every interval of
 * the check and changing its mind after as many contrary answers as the check says.
 * @param factor by how much time goes faster here
 */
export const startHealthCheckers = (deps: CheckerDeps, factor: number): HealthCheckers => {
  const watched = new Map<string, Watched>();
  const running = new Set<Promise<void>>();
  let speed = factor;
  let isClosed = false;

  /** Runs something again and again until the check is gone, at most once at a time. */
  const repeat = (entry: Watched, intervalMilliseconds: () => number, work: () => Promise<void>): void => {
    const { signal } = entry.ended;
    const run = async (): Promise<void> => {
      // Checkers know nothing of each other: each begins somewhere in the interval.
      await pause(deps.random() * (intervalMilliseconds() / speed), signal);
      while (!signal.aborted) {
        await work();
        // Route 53 counts the interval from the answer, so an endpoint that keeps its checkers waiting is asked less often.
        await pause(intervalMilliseconds() / speed, signal);
      }
    };
    const done = run();
    running.add(done);
    void done.finally(() => running.delete(done));
  };

  const ask = async (entry: Watched, index: number): Promise<void> => {
    const { check } = entry;
    if (check.kind !== 'endpoint' || check.isDisabled) return;
    const address = deps.addressOf(check);
    const limit = (seconds: number): number => Math.max((seconds * 1000) / speed, LEAST_LIMIT_MILLISECONDS);
    const succeeded =
      address !== undefined &&
      (await deps.probe({
        address,
        host: check.host,
        path: check.path,
        connectMilliseconds: limit(CHECKER_PATIENCE.connectSeconds),
        answerMilliseconds: limit(CHECKER_PATIENCE.answerSeconds),
        ...(check.searchString !== undefined && { searchString: check.searchString }),
      }));
    entry.checkers[index] = afterRequest(entry.checkers[index] ?? newChecker, succeeded, check.failureThreshold);
  };

  const look = async (entry: Watched): Promise<void> => {
    const { check } = entry;
    if (check.kind !== 'alarm' || check.isDisabled) return;
    const state = await deps.alarmStateOf(check.alarm, speed);
    const lastKnown = state === 'INSUFFICIENT_DATA' ? entry.alarm?.lastKnown : state;
    entry.alarm = { state, ...(lastKnown !== undefined && { lastKnown }) };
  };

  const begin = (check: HealthCheck): Watched => {
    const entry: Watched = { check, checkers: [], ended: new AbortController() };
    if (check.kind === 'endpoint') {
      for (let index = 0; index < CHECKERS; index += 1) {
        entry.checkers.push(newChecker);
        repeat(
          entry,
          () => (entry.check as EndpointCheck).intervalSeconds * 1000,
          () => ask(entry, index),
        );
      }
    }
    if (check.kind === 'alarm')
      repeat(
        entry,
        () => ALARM_INTERVAL_MILLISECONDS,
        () => look(entry),
      );
    return entry;
  };

  return {
    watch: (checks) => {
      if (isClosed) return;
      const wanted = new Map(checks.map((check) => [check.id, check]));
      for (const [id, entry] of watched) {
        const check = wanted.get(id);
        if (check?.kind === entry.check.kind) entry.check = check;
        else {
          entry.ended.abort();
          watched.delete(id);
        }
      }
      for (const check of checks) if (!watched.has(check.id)) watched.set(check.id, begin(check));
    },
    statuses: () => {
      const entries = [...watched.values()];
      return statusOfChecks(
        entries.map(({ check }) => check),
        {
          checkers: new Map(entries.map(({ check, checkers }) => [check.id, checkers])),
          alarms: new Map(entries.flatMap(({ check, alarm }) => (alarm === undefined ? [] : [[check.id, alarm]]))),
        },
      );
    },
    votesFor: (checkId) => {
      const { checkers = [] } = watched.get(checkId) ?? {};
      return { healthy: checkers.filter(({ isHealthy }) => isHealthy).length, of: checkers.length };
    },
    setFactor: (wanted) => {
      speed = wanted;
    },
    close: async () => {
      isClosed = true;
      for (const { ended } of watched.values()) ended.abort();
      watched.clear();
      await Promise.all(running);
    },
  };
};

const pause = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
  if (milliseconds <= 0 || signal.aborted) return;
  await sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
};
