import { setTimeout as sleep } from 'node:timers/promises';
import {
  CancelUpdateStackCommand,
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CodeDeployClient,
  CreateDeploymentCommand,
  type DeploymentInfo,
  GetApplicationRevisionCommand,
  GetDeploymentCommand,
  GetDeploymentGroupCommand,
  GetDeploymentTargetCommand,
  ListDeploymentsCommand,
  PutLifecycleEventHookExecutionStatusCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { GetAliasCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { App, Duration, LegacyStackSynthesizer, Stack } from 'aws-cdk-lib';
import { LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { Alias, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { eventually } from '../eventually';
import { type ScratchEmulator, startScratchEmulator } from './scratch-emulator';
import {
  hookCode,
  newVersionErrors,
  type ShiftedAlias,
  shiftedAliasResources,
  shiftedAliasTemplate,
} from './shifted-alias';

const REGION = 'sa-east-1';
/** A canary of five minutes takes five seconds. */
const TIMES_AS_FAST = 60;

jest.setTimeout(120_000);

let emulator: ScratchEmulator;
let cloudFormation: CloudFormationClient;
let codeDeploy: CodeDeployClient;
let lambda: LambdaClient;

beforeAll(async () => {
  emulator = await startScratchEmulator();
  cloudFormation = new CloudFormationClient(emulator.in(REGION));
  codeDeploy = new CodeDeployClient(emulator.in(REGION));
  lambda = new LambdaClient(emulator.in(REGION));
});

beforeEach(() => emulator.control.putDeploymentPace(TIMES_AS_FAST));

afterAll(() => emulator.stop());

const V1 = 'return 1';
const V2 = 'return 2';

const stackNow = async (StackName: string) =>
  (await cloudFormation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];

/** The stack once nothing moves any more, with its outputs. */
const settled = async (name: string) => {
  const stack = await eventually(
    () => stackNow(name),
    (found) => found?.StackStatus?.endsWith('_IN_PROGRESS') === false,
  );
  const outputs = Object.fromEntries(
    stack?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]) ?? [],
  );
  return { name, status: stack?.StackStatus, outputs: outputs as Readonly<Record<string, string>> };
};

type Settled = Awaited<ReturnType<typeof settled>>;

const bodyOf = (template: object) => ({
  TemplateBody: JSON.stringify(template),
  Capabilities: ['CAPABILITY_IAM' as const],
});

const create = async (StackName: string, alias: ShiftedAlias): Promise<Settled> => {
  await cloudFormation.send(new CreateStackCommand({ StackName, ...bodyOf(shiftedAliasTemplate(alias)) }));
  const stack = await settled(StackName);
  expect(stack.status).toBe('CREATE_COMPLETE');
  return stack;
};

const beginUpdate = (StackName: string, template: object) =>
  cloudFormation.send(new UpdateStackCommand({ StackName, ...bodyOf(template) }));

/** Deploys a version and then another, and answers the stack as the second left it. */
const update = async (name: string, first: ShiftedAlias, second: ShiftedAlias): Promise<Settled> => {
  await create(name, first);
  await beginUpdate(name, shiftedAliasTemplate(second));
  return settled(name);
};

const groupOf = ({ outputs }: Settled) => ({
  applicationName: outputs['Application'],
  deploymentGroupName: outputs['Group'],
});

/** The deployments of a stack's group, the first one first. */
const deploymentsOf = async (stack: Settled): Promise<readonly DeploymentInfo[]> => {
  const { deployments = [] } = await codeDeploy.send(new ListDeploymentsCommand(groupOf(stack)));
  const infos = deployments.map(async (deploymentId) => {
    const { deploymentInfo = {} } = await codeDeploy.send(new GetDeploymentCommand({ deploymentId }));
    return deploymentInfo;
  });
  return (await Promise.all(infos)).reverse();
};

/** The whole revision of a deployment, which shows its hash only. */
const revisionOf = async ({ applicationName, revision }: DeploymentInfo = {}) =>
  (await codeDeploy.send(new GetApplicationRevisionCommand({ applicationName, revision }))).revision;

/** What a deployment was made to do. Its form is said to be deprecated in the SDK; deployments of CloudFormation have it. */
const appSpecOf = async (deployment: DeploymentInfo | undefined): Promise<unknown> => {
  const { string } = (await revisionOf(deployment)) as { readonly string: { readonly content: string } };
  return JSON.parse(string.content);
};

const aliasOf = ({ outputs }: Settled) =>
  lambda.send(new GetAliasCommand({ FunctionName: outputs['Function'], Name: 'live' }));

const weightOf = async (stack: Settled): Promise<number> =>
  Object.values((await aliasOf(stack)).RoutingConfig?.AdditionalVersionWeights ?? {})[0] ?? 0;

const invoke = async ({ outputs }: Settled) => {
  const { Payload, ExecutedVersion, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: outputs['Function'], Qualifier: 'live' }),
  );
  return { payload: JSON.parse(Buffer.from(Payload ?? []).toString()) as unknown, ExecutedVersion, FunctionError };
};

/** What CloudFormation told of the alias, in order. */
const aliasEvents = async (StackName: string): Promise<readonly string[]> => {
  const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
  return StackEvents.filter(({ LogicalResourceId }) => LogicalResourceId === 'Alias')
    .map(({ ResourceStatus = '', ResourceStatusReason = '' }) => `${ResourceStatus} ${ResourceStatusReason}`.trim())
    .reverse();
};

const expectVersion1 = async (stack: Settled) => {
  const { FunctionVersion, RoutingConfig } = await aliasOf(stack);
  expect({ FunctionVersion, RoutingConfig }).toEqual({ FunctionVersion: '1', RoutingConfig: undefined });
  expect(await invoke(stack)).toMatchObject({ payload: 1, ExecutedVersion: '1' });
};

test('a good version gets a tenth of the traffic, then all of it, between its two hooks', async () => {
  const hooks = { before: 'Succeeded', after: 'Succeeded' } as const;
  const stack = await create('good', { code: V1, hooks });
  expect(await deploymentsOf(stack)).toEqual([]);

  await beginUpdate('good', shiftedAliasTemplate({ code: V2, hooks }));
  const weight = await eventually(
    () => weightOf(stack),
    (found) => found > 0,
  );
  expect(weight).toBe(0.1);
  expect((await aliasOf(stack)).FunctionVersion).toBe('1');

  expect((await settled('good')).status).toBe('UPDATE_COMPLETE');
  expect(await invoke(stack)).toMatchObject({ payload: 2, ExecutedVersion: '2' });
  const [deployment, ...others] = await deploymentsOf(stack);
  expect(others).toEqual([]);
  expect(deployment).toMatchObject({
    status: 'Succeeded',
    computePlatform: 'Lambda',
    deploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
  });
  const took = (deployment?.completeTime?.getTime() ?? 0) - (deployment?.startTime?.getTime() ?? 0);
  expect(took).toBeGreaterThanOrEqual((5 * 60_000) / TIMES_AS_FAST);
  expect(await appSpecOf(deployment)).toMatchObject({
    Resources: [
      {
        [stack.outputs['Function'] ?? '']: {
          Properties: { Name: stack.outputs['Function'], Alias: 'live', CurrentVersion: '1', TargetVersion: '2' },
        },
      },
    ],
  });
  const { deploymentTarget } = await codeDeploy.send(
    new GetDeploymentTargetCommand({
      deploymentId: deployment?.deploymentId,
      targetId: `${stack.outputs['Function']}:live`,
    }),
  );
  expect(
    deploymentTarget?.lambdaTarget?.lifecycleEvents?.map(({ lifecycleEventName, status }) => [
      lifecycleEventName,
      status,
    ]),
  ).toEqual([
    ['BeforeAllowTraffic', 'Succeeded'],
    ['AllowTraffic', 'Succeeded'],
    ['AfterAllowTraffic', 'Succeeded'],
  ]);
  expect(await aliasEvents('good')).toContain(
    `UPDATE_IN_PROGRESS CodeDeploy deployment started: ${deployment?.deploymentId}`,
  );
});

/** What the CDK makes of a deployment group with a hook and an alarm; every handler answers its version. */
const synthesized = (code: string): object => {
  const app = new App();
  const stack = new Stack(app, 'cdk', { synthesizer: new LegacyStackSynthesizer() });
  const platform = { runtime: Runtime.NODEJS_24_X, handler: 'index.handler' };
  const served = new LambdaFunction(stack, 'Served', {
    ...platform,
    code: Code.fromInline(`exports.handler = async () => { ${code} };`),
  });
  const preHook = new LambdaFunction(stack, 'Hook', {
    ...platform,
    environment: { ANSWER: 'Succeeded' },
    code: Code.fromInline(hookCode),
  });
  const alias = new Alias(stack, 'Alias', { aliasName: 'live', version: served.currentVersion });
  const errors = alias.metricErrors({ period: Duration.minutes(1) });
  const alarms = [errors.createAlarm(stack, 'Errors', { threshold: 1, evaluationPeriods: 1 })];
  const deploymentConfig = LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES;
  const group = new LambdaDeploymentGroup(stack, 'Group', { alias, preHook, alarms, deploymentConfig });
  group.grantPutLifecycleEventHookExecutionStatus(preHook);
  stack.exportValue(served.functionName, { name: 'Function' });
  return app.synth().getStackByName('cdk').template as object;
};

test('what the CDK synthesizes is shifted under load, and no call fails', async () => {
  await cloudFormation.send(new CreateStackCommand({ StackName: 'cdk', ...bodyOf(synthesized(V1)) }));
  const created = await settled('cdk');
  expect(created.status).toBe('CREATE_COMPLETE');
  const stack = { ...created, outputs: { Function: Object.values(created.outputs)[0] ?? '' } };

  await beginUpdate('cdk', synthesized(V2));
  const served: (string | undefined)[] = [];
  const load = async () => {
    for (; (await stackNow('cdk'))?.StackStatus === 'UPDATE_IN_PROGRESS'; ) {
      for (let call = 0; call < 10; call++) served.push((await invoke(stack)).FunctionError ?? 'answered');
    }
  };
  await Promise.all([load(), load()]);

  expect((await settled('cdk')).status).toBe('UPDATE_COMPLETE');
  expect((await invoke(stack)).payload).toBe(2);
  expect(new Set(served)).toEqual(new Set(['answered']));
});

test('a configuration of the template shifts step by step', async () => {
  const config = {
    TrafficRoutingConfig: { Type: 'TimeBasedLinear', TimeBasedLinear: { LinearPercentage: 40, LinearInterval: 1 } },
  };
  const stack = await create('linear', { code: V1, config });
  await beginUpdate('linear', shiftedAliasTemplate({ code: V2, config }));

  const seen = new Set<number>();
  await eventually(
    async () => {
      seen.add(await weightOf(stack));
      return stackNow('linear');
    },
    (found) => found?.StackStatus === 'UPDATE_COMPLETE',
  );

  expect([...seen].filter((weight) => weight > 0)).toEqual([0.4, 0.8]);
  expect((await aliasOf(stack)).FunctionVersion).toBe('2');
});

test('a hook before traffic that fails: nothing is shifted, and the stack goes back', async () => {
  const stack = await update('bad-hook', { code: V1 }, { code: V2, hooks: { before: 'Failed' } });

  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  await expectVersion1(stack);
  const [deployment, rollback] = await deploymentsOf(stack);
  const message = 'The deployment failed because one or more of the lifecycle event validation functions failed.';
  expect(deployment).toMatchObject({
    status: 'Failed',
    errorInformation: { code: 'HOOK_EXECUTION_FAILURE', message },
    rollbackInfo: { rollbackDeploymentId: rollback?.deploymentId },
  });
  expect(rollback).toMatchObject({
    status: 'Succeeded',
    creator: 'codeDeployRollback',
    rollbackInfo: { rollbackTriggeringDeploymentId: deployment?.deploymentId },
  });
  const events = await aliasEvents('bad-hook');
  expect(events).toContain(`UPDATE_IN_PROGRESS CodeDeploy rollback deployment started: ${rollback?.deploymentId}`);
  expect(events).toContain(`UPDATE_FAILED ${deployment?.deploymentId} failed. ${message}`);
});

test('a hook after traffic that fails takes the traffic back', async () => {
  const config = 'CodeDeployDefault.LambdaAllAtOnce';
  const stack = await update('bad-after', { code: V1, config }, { code: V2, config, hooks: { after: 'Failed' } });

  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  await expectVersion1(stack);
});

test('a hook that never calls back fails the deployment after its hour', async () => {
  await emulator.control.putDeploymentPace(1000);
  const stack = await update('silent-hook', { code: V1 }, { code: V2, hooks: { before: 'nothing' } });

  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  await expectVersion1(stack);
  const [deployment] = await deploymentsOf(stack);
  expect(deployment).toMatchObject({ status: 'Failed', errorInformation: { code: 'TIMEOUT' } });
  const took = (deployment?.completeTime?.getTime() ?? 0) - (deployment?.startTime?.getTime() ?? 0);
  expect(took).toBeGreaterThanOrEqual(3_600);
});

test('errors of the new version ring its alarm during the shift, and the traffic goes back', async () => {
  const broken = 'throw new Error("broken")';
  const alarms = (code: string) => ({ NewVersionErrors: newVersionErrors(code) });
  const stack = await create('ringing', { code: V1, alarms: alarms(V1) });
  await beginUpdate('ringing', shiftedAliasTemplate({ code: broken, alarms: alarms(broken) }));

  const answers: Awaited<ReturnType<typeof invoke>>[] = [];
  await eventually(
    async () => {
      for (let call = 0; call < 10; call++) answers.push(await invoke(stack));
      return stackNow('ringing');
    },
    (found) => found?.StackStatus?.endsWith('_IN_PROGRESS') === false,
  );

  expect((await settled('ringing')).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(answers.filter(({ ExecutedVersion }) => ExecutedVersion === '2').length).toBeGreaterThan(0);
  await expectVersion1(stack);
  const [deployment] = await deploymentsOf(stack);
  expect(deployment).toMatchObject({ status: 'Stopped', errorInformation: { code: 'ALARM_ACTIVE' } });
  expect(deployment?.errorInformation?.message).toMatch(/Activated alarms: <ringing-NewVersionErrors-/);
});

const rings = {
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    Namespace: 'Shop',
    MetricName: 'Lost',
    Statistic: 'Sum',
    Period: 3600,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  },
};

test('an alarm that rings already: no hook is called and nothing is shifted', async () => {
  await new CloudWatchClient(emulator.in(REGION)).send(
    new PutMetricDataCommand({ Namespace: 'Shop', MetricData: [{ MetricName: 'Lost', Value: 1 }] }),
  );
  const alarms = { Rings: rings };
  const stack = await update('rang', { code: V1, alarms }, { code: V2, alarms, hooks: { before: 'Succeeded' } });

  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  await expectVersion1(stack);
  const [deployment] = await deploymentsOf(stack);
  expect(deployment).toMatchObject({ status: 'Stopped', errorInformation: { code: 'ALARM_ACTIVE' } });
  const { deploymentTarget } = await codeDeploy.send(
    new GetDeploymentTargetCommand({ deploymentId: deployment?.deploymentId, targetId: 'any' }),
  );
  expect(deploymentTarget?.lambdaTarget?.lifecycleEvents?.map(({ status }) => status)).toEqual(
    Array.from({ length: 3 }, () => 'Skipped'),
  );
});

/** A stack whose update is in the middle of its shift, and its deployment. */
const inTheMiddle = async (name: string, more: Partial<ShiftedAlias> = {}) => {
  const stack = await create(name, { code: V1, ...more });
  await beginUpdate(name, shiftedAliasTemplate({ code: V2, ...more }));
  await eventually(
    () => weightOf(stack),
    (weight) => weight > 0,
  );
  const [deployment] = await deploymentsOf(stack);
  return { stack, deploymentId: deployment?.deploymentId ?? '' };
};

test('a deployment that is stopped is rolled back, and cannot be stopped twice', async () => {
  const { stack, deploymentId } = await inTheMiddle('stopped', {
    config: 'CodeDeployDefault.LambdaCanary10Percent30Minutes',
  });

  const stop = new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: true });
  expect(await codeDeploy.send(stop)).toMatchObject({ status: 'Pending' });

  expect((await settled('stopped')).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  await expectVersion1(stack);
  expect((await deploymentsOf(stack))[0]).toMatchObject({
    status: 'Stopped',
    errorInformation: { code: 'MANUAL_STOP' },
  });
  await expect(codeDeploy.send(stop)).rejects.toMatchObject({ name: 'DeploymentAlreadyCompletedException' });
});

test('without automatic rollback CloudFormation puts the alias back', async () => {
  const { stack, deploymentId } = await inTheMiddle('left', { autoRollback: false });

  await codeDeploy.send(new StopDeploymentCommand({ deploymentId }));

  expect((await settled('left')).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  await expectVersion1(stack);
  expect(await deploymentsOf(stack)).toHaveLength(1);
});

test('a deployment stands still while its region is dark', async () => {
  const { stack, deploymentId } = await inTheMiddle('dark');

  await emulator.control.putRegion(REGION, 'refused');
  // Longer than the rest of the canary.
  await sleep(6_000);
  const lightAt = Date.now();
  await emulator.control.putRegion(REGION, 'light');

  expect((await settled('dark')).status).toBe('UPDATE_COMPLETE');
  const { deploymentInfo } = await codeDeploy.send(new GetDeploymentCommand({ deploymentId }));
  expect(deploymentInfo?.completeTime?.getTime()).toBeGreaterThanOrEqual(lightAt);
  expect((await invoke(stack)).payload).toBe(2);
});

test('an update that is cancelled takes its traffic back', async () => {
  const { stack } = await inTheMiddle('cancelled', { config: 'CodeDeployDefault.LambdaCanary10Percent30Minutes' });

  await cloudFormation.send(new CancelUpdateStackCommand({ StackName: 'cancelled' }));

  expect((await settled('cancelled')).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  await expectVersion1(stack);
});

test('an update that fails behind the alias takes its traffic back without a deployment', async () => {
  const more = {
    Impossible: {
      Type: 'AWS::CodeDeploy::DeploymentConfig',
      DependsOn: 'Alias',
      Properties: { ComputePlatform: 'Lambda', TrafficRoutingConfig: { Type: 'Overnight' } },
    },
  };
  const config = 'CodeDeployDefault.LambdaAllAtOnce';
  const stack = await update('behind', { code: V1, config }, { code: V2, config, more });

  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  await expectVersion1(stack);
  expect((await deploymentsOf(stack)).map(({ status }) => status)).toEqual(['Succeeded']);
});

describe('two aliases of one stack', () => {
  const two = (code: string, other: Partial<ShiftedAlias> = {}): ShiftedAlias => ({
    code,
    more: shiftedAliasResources({ code, ...other }, 'Other'),
  });

  test('are shifted at the same time', async () => {
    const stack = await update('two', two(V1), two(V2));

    expect(stack.status).toBe('UPDATE_COMPLETE');
    const other = { ...stack, outputs: { Function: stack.outputs['OtherFunction'] ?? '' } };
    for (const one of [stack, other]) expect(await invoke(one)).toMatchObject({ payload: 2, ExecutedVersion: '2' });
    const { deployments = [] } = await codeDeploy.send(new ListDeploymentsCommand({}));
    const infos = await Promise.all(
      deployments.map(async (deploymentId) => {
        const { deploymentInfo } = await codeDeploy.send(new GetDeploymentCommand({ deploymentId }));
        return deploymentInfo;
      }),
    );
    const [last, first] = infos.filter((info) => info?.applicationName === stack.outputs['Application']);
    expect(last?.startTime?.getTime()).toBeLessThan(first?.completeTime?.getTime() ?? 0);
  });

  test('go back together as soon as one of them fails', async () => {
    const stack = await update('two-fail', two(V1), {
      ...two(V2, { config: 'CodeDeployDefault.LambdaCanary10Percent30Minutes' }),
      hooks: { before: 'Failed' },
    });

    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    await expectVersion1(stack);
    const [failed] = await deploymentsOf(stack);
    expect(failed).toMatchObject({ status: 'Failed', errorInformation: { code: 'HOOK_EXECUTION_FAILURE' } });
    expect(await aliasEvents('two-fail')).toContain(
      `UPDATE_FAILED ${failed?.deploymentId} failed. ${failed?.errorInformation?.message}`,
    );
    await expectVersion1({ ...stack, outputs: { Function: stack.outputs['OtherFunction'] ?? '' } });
  });
});

test('a deployment can be made through the API, one at a time in its group', async () => {
  const { stack, deploymentId } = await inTheMiddle('api', {
    config: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
  });
  const info = (await codeDeploy.send(new GetDeploymentCommand({ deploymentId }))).deploymentInfo;
  const again = new CreateDeploymentCommand({ ...groupOf(stack), revision: await revisionOf(info) });

  await expect(codeDeploy.send(again)).rejects.toMatchObject({ name: 'DeploymentLimitExceededException' });
  expect((await settled('api')).status).toBe('UPDATE_COMPLETE');

  // The alias is at version 2 by now.
  const { deploymentId: outdated } = await codeDeploy.send(again);
  const failed = await eventually(
    async () => (await codeDeploy.send(new GetDeploymentCommand({ deploymentId: outdated }))).deploymentInfo,
    (found) => found?.status === 'Failed',
  );
  expect(failed?.errorInformation?.code).toBe('INVALID_LAMBDA_CONFIGURATION');
  expect((await aliasOf(stack)).FunctionVersion).toBe('2');
  const { deploymentGroupInfo } = await codeDeploy.send(new GetDeploymentGroupCommand(groupOf(stack)));
  expect(deploymentGroupInfo).toMatchObject({
    lastSuccessfulDeployment: { deploymentId },
    lastAttemptedDeployment: { deploymentId: outdated, status: 'Failed' },
  });
});

test('who is not granted it may not answer for a hook', async () => {
  const { stack, deploymentId } = await inTheMiddle('granted');
  const answerAs = async (roleName: string | undefined) => {
    const { Credentials } = await new STSClient(emulator.in(REGION)).send(
      new AssumeRoleCommand({ RoleArn: `arn:aws:iam::000000000000:role/${roleName}`, RoleSessionName: 'test' }),
    );
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    return new CodeDeployClient({ ...emulator.in(REGION), credentials }).send(
      new PutLifecycleEventHookExecutionStatusCommand({
        deploymentId,
        lifecycleEventHookExecutionId: 'made-up',
        status: 'Succeeded',
      }),
    );
  };

  await expect(answerAs(stack.outputs['Role'])).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await expect(answerAs(stack.outputs['HookRole'])).rejects.toMatchObject({
    name: 'InvalidLifecycleEventHookExecutionIdException',
  });
  await settled('granted');
});

test('an emulator that is stopped in the middle of a deployment ends in order', async () => {
  const other = await startScratchEmulator();
  const client = new CloudFormationClient(other.in(REGION));
  const deploy = async (command: CreateStackCommand | UpdateStackCommand, wanted: string) => {
    await (command instanceof CreateStackCommand ? client.send(command) : client.send(command));
    await eventually(
      () => client.send(new DescribeStacksCommand({ StackName: 'short' })),
      ({ Stacks = [] }) => Stacks[0]?.StackStatus === wanted,
    );
  };
  await deploy(
    new CreateStackCommand({ StackName: 'short', ...bodyOf(shiftedAliasTemplate({ code: V1 })) }),
    'CREATE_COMPLETE',
  );
  await deploy(
    new UpdateStackCommand({
      StackName: 'short',
      ...bodyOf(shiftedAliasTemplate({ code: V2, hooks: { before: 'nothing' } })),
    }),
    'UPDATE_IN_PROGRESS',
  );

  const startedAt = Date.now();
  await other.stop();

  // Well before the limit after which it would be killed.
  expect(Date.now() - startedAt).toBeLessThan(4_000);
});

test.each([0, 1001, Number.NaN])('time does not pass %p times as fast', async (pace) => {
  await expect(emulator.control.putDeploymentPace(pace)).rejects.toThrow('timesAsFast is a number from 1 to 1000');
});

test('a stack goes away with its application, configuration and group', async () => {
  const config = { TrafficRoutingConfig: { Type: 'AllAtOnce' } };
  const stack = await create('gone', { code: V1, config });

  await cloudFormation.send(new DeleteStackCommand({ StackName: 'gone' }));

  await eventually(
    () =>
      codeDeploy.send(new GetDeploymentGroupCommand(groupOf(stack))).catch((error: unknown) => (error as Error).name),
    (answer) => answer === 'ApplicationDoesNotExistException',
  );
});
