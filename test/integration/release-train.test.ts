import {
  CloudWatchClient,
  paginateDescribeAlarms,
  SetAlarmStateCommand,
  type StateValue,
} from '@aws-sdk/client-cloudwatch';
import { ensureCloud, type LocalRegion } from '../../local/cloud';
import { clientConfig } from '../../local/deployment/aws-clients';
import { assemblyDirectory } from '../../local/paths';
import { readPlannedStacks } from '../../local/release/planned-stacks';
import { promoteTrain } from '../../local/release/promote-train';
import { ReleaseRefusalError } from '../../local/release/release.errors';
import { releaseOfStage } from '../../local/release/release-of-stage';
import { SsmTrainLog } from '../../local/release/ssm-train-log';
import type { TrainDeps } from '../../local/release/train-deps';
import { planTrain } from '../../local/release/train-plan';
import { silentTaskList } from '../../local/terminal/task-list';

/** Other tests leave alarms behind that go on ringing for a while. */
const wish = { revision: 'c1', despiteAlarms: true };
let first: LocalRegion;
let second: LocalRegion;
let rung: (() => Promise<unknown>)[] = [];

/** An alarm of the region that only a test makes ring: that of a function which nobody calls here. */
const alarmOf = async (region: LocalRegion): Promise<(state: StateValue) => Promise<unknown>> => {
  const client = new CloudWatchClient(clientConfig(region));
  const names: string[] = [];
  const wanted = { AlarmNamePrefix: `${region.stackPrefix}-ReleaseService-` };
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, wanted))
    names.push(...MetricAlarms.flatMap(({ AlarmName = '' }) => (AlarmName.includes('Throttles') ? AlarmName : [])));
  const [AlarmName] = names;
  if (AlarmName === undefined) throw new Error(`expected an alarm Throttles of ${wanted.AlarmNamePrefix}`);
  return (StateValue) => client.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'a test' }));
};

/** The train of what is deployed, with a log of its own and a bake of three seconds. */
const trainOf = async (name: string, changes: Partial<TrainDeps> = {}): Promise<TrainDeps> => {
  const release = await releaseOfStage('local');
  return {
    ...release,
    plan: planTrain(readPlannedStacks(assemblyDirectory), [[second.region], [first.region]]),
    log: new SsmTrainLog(first, `${name}-${process.pid}`),
    bakeMilliseconds: 3_000,
    lookMilliseconds: 200,
    ...changes,
  };
};

const ring = async (region: LocalRegion): Promise<void> => {
  const set = await alarmOf(region);
  rung.push(() => set('OK'));
  await set('ALARM');
};

beforeAll(async () => {
  const { regions } = await ensureCloud();
  const [one, other] = regions;
  if (other === undefined) throw new Error('expected two regions');
  [first, second] = [one, other];
});

afterEach(async () => {
  for (const quieten of rung) await quieten();
  rung = [];
});

test('a train finds what is deployed as it should be, and no region worse than before', async () => {
  const deps = await trainOf('arrives', { bakeMilliseconds: 0 });
  await promoteTrain(deps, { ...wish, id: 'one' }, silentTaskList());
  expect(await deps.log.last()).toMatchObject({ how: 'arrived' });
  expect(await deps.log.waves()).toMatchObject({ [second.region]: { bakedAt: expect.any(String) } });
});

test('a train stops at an alarm that rings while a region bakes, and does not touch the next one', async () => {
  const deps = await trainOf('stops');
  const report = deps.log.report.bind(deps.log);
  deps.log.report = async (progress) => {
    await report(progress);
    if (progress.step === 'baking') await ring(second);
  };

  await expect(promoteTrain(deps, { ...wish, id: 'one' }, silentTaskList())).rejects.toThrow(
    new RegExp(`^${second.region} has baked badly: .*${second.stackPrefix}-ReleaseService-.*Throttles`),
  );

  const waves = await deps.log.waves();
  expect(waves[second.region]).not.toHaveProperty('bakedAt');
  expect(waves).not.toHaveProperty(first.region);
});

test('a train does not start while an alarm rings anywhere', async () => {
  const deps = await trainOf('refuses');
  await ring(first);
  const promotion = promoteTrain(deps, { ...wish, id: 'one', despiteAlarms: false }, silentTaskList());
  await expect(promotion).rejects.toThrow(ReleaseRefusalError);
  expect(await deps.log.waves()).toEqual({});
});
