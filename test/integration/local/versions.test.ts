import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient, UpdateAliasCommand, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { zip } from '../../../drills/harness/zip';
import { inParallel } from '../../../local/in-parallel';
import { eventually } from '../eventually';
import { deployScratch, functionTemplate, restApi } from './deploy-scratch';
import { type ScratchEmulator, startScratchEmulator } from './scratch-emulator';

const REGION = 'sa-east-1';

jest.setTimeout(120_000);

let emulator: ScratchEmulator;
let lambda: LambdaClient;
let cloudWatch: CloudWatchClient;
let FunctionName: string;
let api: string;
let queue: string;
let machine: string;
let secondOnly: string;

/** Writes a metric, and fails when told to. */
const code = (version: number) => `exports.handler = async (event) => {
  console.log(JSON.stringify({
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [{ Namespace: 'Shop', Dimensions: [['Kind']], Metrics: [{ Name: 'Sold', Unit: 'Count' }] }],
    },
    Kind: 'book',
    Sold: [2, 3],
  }));
  if (event.fail) throw new Error('as told');
  return { statusCode: 200, body: '${version}' };
};`;

const alias = {
  First: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Function' } } },
  Alias: {
    Type: 'AWS::Lambda::Alias',
    Properties: {
      FunctionName: { Ref: 'Function' },
      FunctionVersion: { 'Fn::GetAtt': ['First', 'Version'] },
      Name: 'live',
    },
  },
};

/** A queue and a state machine that call the alias. */
const callers = {
  Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 120 } },
  Mapping: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] }, FunctionName: { Ref: 'Alias' }, BatchSize: 1 },
  },
  Machine: {
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
      DefinitionString: {
        'Fn::Sub': JSON.stringify({
          StartAt: 'Call',
          States: {
            Call: {
              Type: 'Task',
              Resource: 'arn:aws:states:::lambda:invoke',
              Parameters: { FunctionName: '${Alias}', Payload: {} },
              End: true,
            },
          },
        }),
      },
    },
  },
};

/** A role that may invoke the second version and nothing else. */
const secondOnlyRole = {
  SecondOnly: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        {
          PolicyName: 'Second',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { 'Fn::Sub': '${Function.Arn}:2' } },
            ],
          },
        },
      ],
    },
  },
};

const integrationOfAlias = {
  ...restApi,
  Method: {
    ...restApi.Method,
    Properties: {
      ...restApi.Method.Properties,
      Integration: {
        ...restApi.Method.Properties.Integration,
        Uri: {
          'Fn::Sub': 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Alias}/invocations',
        },
      },
    },
  },
  Permission: {
    ...restApi.Permission,
    Properties: { ...restApi.Permission.Properties, FunctionName: { Ref: 'Alias' } },
  },
};

beforeAll(async () => {
  emulator = await startScratchEmulator();
  lambda = new LambdaClient(emulator.in(REGION));
  cloudWatch = new CloudWatchClient(emulator.in(REGION));
  const outputs = await deployScratch(
    emulator,
    REGION,
    'versions',
    functionTemplate(
      code(1),
      { ...alias, ...integrationOfAlias, ...callers, ...secondOnlyRole },
      {
        Api: { Ref: 'Api' },
        Queue: { Ref: 'Queue' },
        Machine: { Ref: 'Machine' },
        SecondOnly: { 'Fn::GetAtt': ['SecondOnly', 'Arn'] },
      },
    ),
  );
  queue = outputs.get('Queue') ?? '';
  secondOnly = outputs.get('SecondOnly') ?? '';
  machine = outputs.get('Machine') ?? '';
  FunctionName = outputs.get('Function') ?? '';
  api = `${emulator.endpoint}/restapis/${outputs.get('Api') ?? ''}/live/_user_request_/x`;
  await lambda.send(
    new UpdateFunctionCodeCommand({
      FunctionName,
      ZipFile: zip([{ name: 'index.js', content: Buffer.from(code(2)) }]),
      Publish: true,
    }),
  );
});

afterAll(() => emulator.stop());

const shiftTo = (weight: number) =>
  lambda.send(
    new UpdateAliasCommand({
      FunctionName,
      Name: 'live',
      FunctionVersion: '1',
      RoutingConfig: { AdditionalVersionWeights: weight === 0 ? {} : { 2: weight } },
    }),
  );

const invoke = async (payload: object = {}) => {
  const { Payload, ExecutedVersion } = await lambda.send(
    new InvokeCommand({ FunctionName, Qualifier: 'live', Payload: JSON.stringify(payload) }),
  );
  const { body } = JSON.parse(Buffer.from(Payload ?? []).toString()) as { body?: string };
  return { body, ExecutedVersion };
};

/** A statistic of a metric over the last hour. */
const metric = async (
  Namespace: string,
  MetricName: string,
  Stat: string,
  dimensions: Readonly<Record<string, string>>,
) => {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(Date.now() - 3_600_000),
      EndTime: new Date(Date.now() + 60_000),
      MetricDataQueries: [
        { Id: 'it', MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 86_400, Stat } },
      ],
    }),
  );
  return MetricDataResults[0]?.Values?.[0];
};

test('a quarter of the calls meets the version with a quarter of the weight, and the answer says which', async () => {
  await shiftTo(0.25);

  const answers = await inParallel(Array.from({ length: 400 }), 4, () => invoke());

  const second = answers.filter(({ ExecutedVersion }) => ExecutedVersion === '2');
  // Five standard deviations of 400 draws at 25 %.
  expect(second.length).toBeGreaterThan(56);
  expect(second.length).toBeLessThan(144);
  for (const { body, ExecutedVersion } of answers) expect(body).toBe(ExecutedVersion);
});

test('who may invoke a version may not invoke another', async () => {
  const { Credentials } = await new STSClient(emulator.in(REGION)).send(
    new AssumeRoleCommand({ RoleArn: secondOnly, RoleSessionName: 'test' }),
  );
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  const client = new LambdaClient({ ...emulator.in(REGION), credentials });
  const ask = (Qualifier: string) => client.send(new InvokeCommand({ FunctionName, Qualifier }));

  await expect(ask('2')).resolves.toMatchObject({ ExecutedVersion: '2' });
  await expect(ask('1')).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('an API that calls the alias follows its weights', async () => {
  await shiftTo(0.5);

  const bodies = await inParallel(Array.from({ length: 40 }), 4, async () => (await fetch(api)).text());

  expect(new Set(bodies)).toEqual(new Set(['1', '2']));
});

/** How often a version has served the alias. */
const servedBy = async (ExecutedVersion: string): Promise<number> =>
  (await metric('AWS/Lambda', 'Invocations', 'Sum', {
    FunctionName,
    Resource: `${FunctionName}:live`,
    ExecutedVersion,
  })) ?? 0;

test('a queue that feeds the alias follows its weights', async () => {
  await shiftTo(1);
  const before = await servedBy('2');

  await new SQSClient(emulator.in(REGION)).send(new SendMessageCommand({ QueueUrl: queue, MessageBody: '{}' }));

  await eventually(
    () => servedBy('2'),
    (found) => found === before + 1,
  );
});

test('a state machine that calls the alias follows its weights', async () => {
  await shiftTo(1);
  const sfn = new SFNClient(emulator.in(REGION));

  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn: machine }));

  const { output } = await eventually(
    () => sfn.send(new DescribeExecutionCommand({ executionArn })),
    ({ status }) => status !== 'RUNNING',
  );
  expect(JSON.parse(output ?? '{}')).toMatchObject({ Payload: { body: '2' } });
});

test('invocations are measured by function, by alias, and by the version that served the alias', async () => {
  const Resource = `${FunctionName}:live`;
  const sum = (name: string, dimensions: Readonly<Record<string, string>>) =>
    metric('AWS/Lambda', name, 'Sum', dimensions);
  const counts = async () => ({
    function: await sum('Invocations', { FunctionName }),
    alias: await sum('Invocations', { FunctionName, Resource }),
    first: await sum('Invocations', { FunctionName, Resource, ExecutedVersion: '1' }),
    second: await sum('Invocations', { FunctionName, Resource, ExecutedVersion: '2' }),
    errors: await sum('Errors', { FunctionName, Resource, ExecutedVersion: '2' }),
  });
  const before = await counts();

  await shiftTo(1);
  for (let call = 0; call < 3; call++) await invoke({ fail: true });

  expect(await counts()).toEqual({
    function: (before.function ?? 0) + 3,
    alias: (before.alias ?? 0) + 3,
    first: before.first,
    second: (before.second ?? 0) + 3,
    errors: (before.errors ?? 0) + 3,
  });
  const dimensions = { FunctionName, Resource, ExecutedVersion: '1' };
  const [median = 0, p99 = 0] = await Promise.all(
    ['p50', 'p99'].map((stat) => metric('AWS/Lambda', 'Duration', stat, dimensions)),
  );
  expect(median).toBeGreaterThanOrEqual(0);
  expect(p99).toBeGreaterThanOrEqual(median);
  const bins = await Promise.all(
    ['TC(:5)', 'TC(5:)'].map((stat) => metric('AWS/Lambda', 'Duration', stat, dimensions)),
  );
  expect(bins.reduce<number>((sum, bin) => sum + (bin ?? 0), 0)).toBe(before.first);
});

test('a metric in a log line is a metric', async () => {
  const before = (await metric('Shop', 'Sold', 'Sum', { Kind: 'book' })) ?? 0;

  await invoke();

  expect(await metric('Shop', 'Sold', 'Sum', { Kind: 'book' })).toBe(before + 5);
});

describe('an alarm', () => {
  const put = (AlarmName: string, more: object = {}) =>
    cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace: 'Alarmed',
        MetricName: 'Late',
        Dimensions: [{ Name: 'Queue', Value: 'a' }],
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 5,
        ComparisonOperator: 'GreaterThanThreshold',
        ...more,
      }),
    );
  const late = (Queue: string, Value: number) =>
    cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: 'Alarmed',
        MetricData: [{ MetricName: 'Late', Dimensions: [{ Name: 'Queue', Value: Queue }], Value }],
      }),
    );
  const state = async (name: string) =>
    (await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }))).MetricAlarms?.[0]?.StateValue;
  const becomes = (name: string, wanted: string) =>
    eventually(
      () => state(name),
      (found) => found === wanted,
    );

  test('hears of the metric with its own dimensions only', async () => {
    await put('own');

    await late('b', 100);
    await late('a', 1);
    await becomes('own', 'OK');
    await late('a', 5);
    await becomes('own', 'ALARM');
  });

  test('treats missing data as it says', async () => {
    const nothing = { Dimensions: [{ Name: 'Queue', Value: 'none' }] };
    await put('breaching', { ...nothing, TreatMissingData: 'breaching' });
    await put('fine', { ...nothing, TreatMissingData: 'notBreaching' });

    await becomes('breaching', 'ALARM');
    await becomes('fine', 'OK');
  });

  test('stays as it is when its metric is one of AWS that was never published', async () => {
    await put('unheard', { Namespace: 'AWS/Kinesis', TreatMissingData: 'breaching' });
    await put('heard', { Namespace: 'Kinesis', TreatMissingData: 'breaching' });

    await becomes('heard', 'ALARM');
    expect(await state('unheard')).toBe('INSUFFICIENT_DATA');
  });

  test('that is set by hand stays so for a period', async () => {
    await put('by-hand', {
      Dimensions: [{ Name: 'Queue', Value: 'quiet' }],
      TreatMissingData: 'notBreaching',
      Period: 10,
    });
    await becomes('by-hand', 'OK');

    await cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: 'by-hand', StateValue: 'ALARM', StateReason: 'a test' }),
    );
    const setAt = Date.now();
    await becomes('by-hand', 'OK');

    expect(Date.now() - setAt).toBeGreaterThan(9_000);
  });
});
