import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { AlarmState, HealthCheck } from '../../../../local/regions/health/health-check';
import { type HealthCheckers, startHealthCheckers } from '../../../../local/regions/health/health-checkers';
import type { Probe } from '../../../../local/regions/health/probe-endpoint';

const endpoint: HealthCheck = {
  id: 'endpoint',
  isInverted: false,
  isDisabled: false,
  kind: 'endpoint',
  host: 'sa-east-1.api.shop.test',
  port: 443,
  path: '/health',
  intervalSeconds: 10,
  failureThreshold: 2,
};
const alarm: HealthCheck = {
  id: 'alarm',
  isInverted: false,
  isDisabled: false,
  kind: 'alarm',
  alarm: { name: 'heartbeat', region: 'sa-east-1' },
  onInsufficientData: 'Unhealthy',
};

/** So fast that an interval is over in a millisecond. */
const FACTOR = 10_000;

let checkers: HealthCheckers | undefined;

afterEach(() => checkers?.close());

interface World {
  readonly probes: Probe[];
  answers: (probe: Probe) => boolean;
  alarm: AlarmState;
  address: string | undefined;
}

const start = (checks: readonly HealthCheck[], world: World): HealthCheckers => {
  checkers = startHealthCheckers(
    {
      addressOf: () => world.address,
      probe: async (probe) => {
        world.probes.push(probe);
        return world.answers(probe);
      },
      alarmStateOf: async () => world.alarm,
      random: Math.random,
    },
    FACTOR,
  );
  checkers.watch(checks);
  return checkers;
};

const worldOf = (more: Partial<World> = {}): World => ({
  probes: [],
  answers: () => true,
  alarm: 'OK',
  address: '127.0.0.1:1',
  ...more,
});

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await turn();
};

test('sixteen checkers ask an endpoint by its name, at the address that it has here', async () => {
  const world = worldOf();
  const running = start([endpoint], world);
  await until(() => world.probes.length > 32);

  expect(running.votesFor('endpoint')).toEqual({ healthy: 16, of: 16 });
  expect(world.probes[0]).toMatchObject({
    address: '127.0.0.1:1',
    host: 'sa-east-1.api.shop.test',
    path: '/health',
    connectMilliseconds: 2_000,
    answerMilliseconds: 2_000,
  });
});

test('an endpoint is unhealthy when more than four in five checkers have seen it fail twice, and healthy again likewise', async () => {
  const world = worldOf({ answers: () => false });
  const running = start([endpoint], world);
  await until(() => running.statuses().get('endpoint') === false);

  expect(running.votesFor('endpoint').healthy).toBeLessThanOrEqual(2);

  world.answers = () => true;
  await until(() => running.statuses().get('endpoint') === true);

  expect(running.votesFor('endpoint').healthy).toBeGreaterThan(2);
});

test('the interval begins when an endpoint has answered', async () => {
  const LASTS_MILLISECONDS = 20;
  const starts: number[] = [];
  const ends: number[] = [];
  checkers = startHealthCheckers(
    {
      addressOf: () => '127.0.0.1:1',
      probe: async () => {
        starts.push(performance.now());
        await sleep(LASTS_MILLISECONDS);
        ends.push(performance.now());
        return true;
      },
      alarmStateOf: async () => 'OK',
      random: () => 0,
    },
    (10 * 1000) / LASTS_MILLISECONDS,
  );
  checkers.watch([endpoint]);
  await until(() => starts.length > 16);

  // Node's timers may be a millisecond early, and never more.
  expect((starts[16] ?? 0) - (ends[0] ?? 0)).toBeGreaterThan(LASTS_MILLISECONDS - 2);
});

test('an endpoint whose name nobody knows fails without being asked', async () => {
  const world = worldOf({ address: undefined });
  const running = start([endpoint], world);
  await until(() => running.statuses().get('endpoint') === false);

  expect(world.probes).toEqual([]);
});

test('an alarm is looked at, and what it said last is remembered', async () => {
  const world = worldOf({ alarm: 'INSUFFICIENT_DATA' });
  const running = start([{ ...alarm, onInsufficientData: 'LastKnownStatus' }], world);
  expect(running.statuses().get('alarm')).toBe(true);

  world.alarm = 'ALARM';
  await until(() => running.statuses().get('alarm') === false);
  world.alarm = 'INSUFFICIENT_DATA';
  await turn();

  expect(running.statuses().get('alarm')).toBe(false);
});

test('what is known of a check outlives a look at the deployment, and goes with the check', async () => {
  const world = worldOf({ answers: () => false });
  const running = start([endpoint, alarm], world);
  await until(() => running.statuses().get('endpoint') === false);
  running.watch([{ ...endpoint, failureThreshold: 3 }]);

  expect([...running.statuses()]).toEqual([['endpoint', false]]);

  running.watch([]);
  running.watch([endpoint]);

  expect(running.statuses().get('endpoint')).toBe(true);
});

test('nothing is asked any more when it is over', async () => {
  const world = worldOf();
  const running = start([endpoint, alarm], world);
  await until(() => world.probes.length > 0);
  await running.close();
  const { length } = world.probes;
  await turn();

  expect(world.probes).toHaveLength(length);
});

test('nothing is watched any more when it is over, even if a look at the deployment was still under way', async () => {
  const world = worldOf();
  const running = start([endpoint], world);
  await running.close();
  running.watch([endpoint, alarm]);

  expect([...running.statuses()]).toEqual([]);
});
