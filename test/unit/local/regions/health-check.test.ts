import fc from 'fast-check';
import { alarmState, type WatchedAlarm } from '../../../../local/regions/health/alarm-state';
import {
  afterRequest,
  type Checker,
  type HealthCheck,
  newChecker,
  type Observations,
  statusOfChecks,
} from '../../../../local/regions/health/health-check';

const common = { isInverted: false, isDisabled: false };
const endpoint = (id: string, more: Partial<HealthCheck> = {}): HealthCheck =>
  ({
    ...common,
    id,
    kind: 'endpoint',
    host: 'sa-east-1.api.shop.test',
    port: 443,
    path: '/health',
    intervalSeconds: 10,
    failureThreshold: 2,
    ...more,
  }) as HealthCheck;
const calculated = (id: string, threshold: number, children: readonly string[]): HealthCheck => ({
  ...common,
  id,
  kind: 'calculated',
  threshold,
  children,
});
const onAlarm = (onInsufficientData: 'Healthy' | 'Unhealthy' | 'LastKnownStatus'): HealthCheck => ({
  ...common,
  id: 'alarm',
  kind: 'alarm',
  alarm: { name: 'heartbeat', region: 'sa-east-1' },
  onInsufficientData,
});

const votes = (healthy: number, of = 16): readonly Checker[] =>
  Array.from({ length: of }, (_, index) => ({ isHealthy: index < healthy, contrary: 0 }));
const nothing: Observations = { checkers: new Map(), alarms: new Map() };
const voted = (counts: Record<string, number>): Observations => ({
  ...nothing,
  checkers: new Map(Object.entries(counts).map(([id, healthy]) => [id, votes(healthy)])),
});
const statusOf = (id: string, checks: readonly HealthCheck[], observations: Observations = nothing) =>
  statusOfChecks(checks, observations).get(id);

describe('a checker', () => {
  const after = (outcomes: readonly boolean[], threshold = 2): Checker =>
    outcomes.reduce((checker, outcome) => afterRequest(checker, outcome, threshold), newChecker);

  test('takes an endpoint for healthy until it knows better', () => {
    expect(newChecker.isHealthy).toBe(true);
    expect(after([false]).isHealthy).toBe(true);
  });

  test('changes its mind after as many contrary answers in a row as the threshold says, in both directions', () => {
    expect(after([false, false]).isHealthy).toBe(false);
    expect(after([false, false, true]).isHealthy).toBe(false);
    expect(after([false, false, true, true]).isHealthy).toBe(true);
  });

  test('begins to count anew when an answer agrees with it', () => {
    expect(after([false, true, false]).isHealthy).toBe(true);
  });

  test('believes what the last answers said, whatever was before', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), fc.boolean(), fc.integer({ min: 1, max: 10 }), (before, last, threshold) => {
        const outcomes = [...before, ...Array.from({ length: threshold }, () => last)];

        return after(outcomes, threshold).isHealthy === last;
      }),
    );
  });
});

describe('an endpoint', () => {
  test.each([
    [3, true],
    [2, false],
    [0, false],
    [16, true],
  ])('of which %d of 16 checkers say that it is healthy: %s', (healthy, status) => {
    expect(statusOf('one', [endpoint('one')], voted({ one: healthy }))).toBe(status);
  });

  test('that nobody has asked yet is healthy', () => {
    expect(statusOf('one', [endpoint('one')])).toBe(true);
  });

  test('can be inverted, and disabled, and both', () => {
    const status = (more: Partial<HealthCheck>) => statusOf('one', [endpoint('one', more)], voted({ one: 0 }));

    expect(status({ isInverted: true })).toBe(true);
    expect(status({ isDisabled: true })).toBe(true);
    expect(status({ isDisabled: true, isInverted: true })).toBe(false);
  });
});

describe('a calculated check', () => {
  const children = [endpoint('one'), endpoint('two')];

  test.each([
    ['all of its children, when as many must be healthy', 2, { one: 16, two: 0 }, false],
    ['one of its children, when one must be healthy', 1, { one: 16, two: 0 }, true],
    ['none of them, when none must be', 0, { one: 0, two: 0 }, true],
    ['more than it has, when more must be healthy', 3, { one: 16, two: 16 }, false],
  ])('asks for %s', (_what, threshold, counts, status) => {
    const checks = [calculated('both', threshold, ['one', 'two']), ...children];

    expect(statusOf('both', checks, voted(counts))).toBe(status);
  });

  test('can follow from another one, and takes a child that is gone for healthy', () => {
    const checks = [calculated('outer', 2, ['inner', 'gone']), calculated('inner', 1, ['one']), ...children];

    expect(statusOf('outer', checks, voted({ one: 16 }))).toBe(true);
    expect(statusOf('outer', checks, voted({ one: 0 }))).toBe(false);
  });

  test('of itself ends', () => {
    expect(statusOf('self', [calculated('self', 1, ['self'])])).toBe(true);
  });
});

describe('a check of an alarm', () => {
  const seen = (state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA', lastKnown?: 'OK' | 'ALARM'): Observations => ({
    ...nothing,
    alarms: new Map([['alarm', { state, ...(lastKnown !== undefined && { lastKnown }) }]]),
  });

  test('follows the alarm', () => {
    expect(statusOf('alarm', [onAlarm('Healthy')], seen('ALARM'))).toBe(false);
    expect(statusOf('alarm', [onAlarm('Unhealthy')], seen('OK'))).toBe(true);
  });

  test.each([
    ['Healthy', undefined, true],
    ['Unhealthy', undefined, false],
    ['LastKnownStatus', undefined, true],
    ['LastKnownStatus', 'ALARM', false],
    ['LastKnownStatus', 'OK', true],
  ] as const)('without enough data is %s, last known %s: %s', (policy, lastKnown, status) => {
    expect(statusOf('alarm', [onAlarm(policy)], seen('INSUFFICIENT_DATA', lastKnown))).toBe(status);
  });
});

describe("an alarm's state", () => {
  const heartbeat: WatchedAlarm = {
    namespace: 'Tenfold/Regions',
    metricName: 'RegionInService',
    dimensions: [],
    statistic: 'Minimum',
    periodSeconds: 60,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    threshold: 1,
    comparison: 'LessThanThreshold',
    missingData: 'breaching',
  };

  test.each([
    ['enough periods breach', [1, 0, 0], 'ALARM'],
    ['too few breach', [1, 1, 0], 'OK'],
    ['the heartbeat is missing, which counts as breaching', [1, undefined, undefined], 'ALARM'],
    ['one beat is missing', [1, undefined, 1], 'OK'],
  ] as const)('when %s', (_what, values, state) => {
    expect(alarmState(heartbeat, values, 'OK')).toBe(state);
  });

  test.each([
    ['missing', 'INSUFFICIENT_DATA'],
    ['ignore', 'ALARM'],
    ['notBreaching', 'OK'],
    ['breaching', 'ALARM'],
  ] as const)('when everything is missing and that counts as %s', (missingData, state) => {
    expect(alarmState({ ...heartbeat, missingData }, [undefined, undefined, undefined], 'ALARM')).toBe(state);
  });

  test.each([
    ['GreaterThanThreshold', [1, 2], ['OK', 'ALARM']],
    ['GreaterThanOrEqualToThreshold', [0, 1], ['OK', 'ALARM']],
    ['LessThanOrEqualToThreshold', [2, 1], ['OK', 'ALARM']],
    ['LessThanThreshold', [1, 0], ['OK', 'ALARM']],
  ] as const)('compares by %s', (comparison, values, states) => {
    const alarm = { ...heartbeat, comparison, evaluationPeriods: 1, datapointsToAlarm: 1 };

    expect(values.map((value) => alarmState(alarm, [value], 'OK'))).toEqual(states);
  });
});
