import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  type Output,
} from '@aws-sdk/client-cloudformation';
import {
  CreateTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { eventually } from '../eventually';
import { type ScratchEmulator, startScratchEmulator } from './scratch-emulator';

const DARK = 'us-east-1';
const OTHER = 'sa-east-1';

let emulator: ScratchEmulator;

beforeAll(async () => {
  emulator = await startScratchEmulator();
});

afterAll(() => emulator.stop());

afterEach(() => emulator.control.putRegion(DARK, 'light'));

/** Makes a stack and answers its outputs. */
const deploy = async (region: string, StackName: string, template: object): Promise<ReadonlyMap<string, string>> => {
  const client = new CloudFormationClient(emulator.in(region));
  await client.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: JSON.stringify(template),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  const stack = await eventually(
    async () => (await client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0],
    (found) => found?.StackStatus !== 'CREATE_IN_PROGRESS',
  );
  expect(stack).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
  return new Map(
    (stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }: Output) => [OutputKey, OutputValue]),
  );
};

/** A function's role that may do anything; its code; and what calls it. */
const functionTemplate = (code: string, more: object, outputs: Record<string, unknown> = {}) => ({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: ['lambda.amazonaws.com', 'states.amazonaws.com'] },
              Action: 'sts:AssumeRole',
            },
          ],
        },
        Policies: [
          {
            PolicyName: 'All',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: ['dynamodb:*', 'sqs:*', 'lambda:*'], Resource: '*' }],
            },
          },
        ],
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Timeout: 20,
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { ZipFile: code },
      },
    },
    ...more,
  },
  Outputs: Object.fromEntries(
    Object.entries({ Function: { Ref: 'Function' }, ...outputs }).map(([name, Value]) => [name, { Value }]),
  ),
});

/** Functions leave what they did in a table of the other region, which can be read while theirs is dark. */
const witness = (): DynamoDBClient => new DynamoDBClient(emulator.in(OTHER));

const witnessTable = async (TableName: string): Promise<void> => {
  await witness().send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
};

const witnessed = async (TableName: string): Promise<readonly string[]> => {
  const { Items = [] } = await witness().send(new ScanCommand({ TableName }));
  return Items.map(({ pk }) => pk?.S ?? '');
};

const writing = (table: string, what: string): string =>
  `const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const write = (pk) => new DynamoDBClient({ region: '${OTHER}' })
  .send(new PutItemCommand({ TableName: '${table}', Item: { pk: { S: pk } } }));
let calls = 0;
exports.handler = async (event) => { calls += 1; ${what} };`;

const listTables = (region: string) => new DynamoDBClient(emulator.in(region)).send(new ListTablesCommand({}));

describe('calls of the APIs of a region', () => {
  test('are refused while it is refused, and those of other regions are not', async () => {
    await emulator.control.putRegion(DARK, 'refused');

    await expect(listTables(DARK)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(listTables(OTHER)).resolves.toBeDefined();
  });

  test('stay without an answer in a black hole, and are answered when it is gone', async () => {
    await emulator.control.putRegion(DARK, 'blackhole');
    let isAnswered = false;
    const answer = listTables(DARK).then(() => {
      isAnswered = true;
    });
    await sleep(300);
    const whileDark = isAnswered;
    await emulator.control.putRegion(DARK, 'light');
    await answer;

    expect(whileDark).toBe(false);
  });

  test('do nothing when whoever made them has gone before the black hole has', async () => {
    await witnessTable('hole');
    await emulator.control.putRegion(OTHER, 'blackhole');
    const write = witness().send(new PutItemCommand({ TableName: 'hole', Item: { pk: { S: 'late' } } }), {
      abortSignal: AbortSignal.timeout(200),
    });
    await expect(write).rejects.toThrow();
    await emulator.control.putRegion(OTHER, 'light');

    expect(await witnessed('hole')).toEqual([]);
  });

  test('take longer while it is slow', async () => {
    await emulator.control.putRegion(DARK, 'slow', 500);
    const startedAt = Date.now();
    await listTables(DARK);

    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(500);
  });

  test.each([
    ['JSON', () => listTables(DARK)],
    ['XML', () => new CloudFormationClient(emulator.in(DARK)).send(new DescribeStacksCommand({}))],
  ])('are answered 503 while it fails, in the %s that their client understands', async (_format, call) => {
    await emulator.control.putRegion(DARK, 'error');

    await expect(call()).rejects.toMatchObject({
      $metadata: { httpStatusCode: 503 },
      name: expect.stringMatching(/^ServiceUnavailable/) as string,
    });
  });

  test("of its user pools' keys are refused as well", async () => {
    await emulator.control.putRegion(DARK, 'refused');

    await expect(fetch(`${emulator.endpoint}/${DARK}_abcdefghi/.well-known/jwks.json`)).rejects.toThrow();
  });
});

test('a REST API goes dark with its region, and an answer that is ready does not leave it', async () => {
  await witnessTable('api');
  const outputs = await deploy(
    DARK,
    'api',
    functionTemplate(
      writing('api', "await write('done'); await sleep(event.path === '/slow' ? 700 : 0); return { statusCode: 200 };"),
      {
        Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'api' } },
        Resource: {
          Type: 'AWS::ApiGateway::Resource',
          Properties: {
            RestApiId: { Ref: 'Api' },
            ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
            PathPart: '{proxy+}',
          },
        },
        Method: {
          Type: 'AWS::ApiGateway::Method',
          Properties: {
            RestApiId: { Ref: 'Api' },
            ResourceId: { Ref: 'Resource' },
            HttpMethod: 'GET',
            AuthorizationType: 'NONE',
            Integration: {
              Type: 'AWS_PROXY',
              IntegrationHttpMethod: 'POST',
              Uri: {
                'Fn::Sub':
                  'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function.Arn}/invocations',
              },
            },
          },
        },
        Deployment: {
          Type: 'AWS::ApiGateway::Deployment',
          DependsOn: ['Method'],
          Properties: { RestApiId: { Ref: 'Api' }, StageName: 'live' },
        },
        Permission: {
          Type: 'AWS::Lambda::Permission',
          Properties: {
            Action: 'lambda:InvokeFunction',
            FunctionName: { Ref: 'Function' },
            Principal: 'apigateway.amazonaws.com',
          },
        },
      },
      { Api: { Ref: 'Api' } },
    ),
  );
  const url = (path: string): string =>
    `${emulator.endpoint}/restapis/${outputs.get('Api') ?? ''}/live/_user_request_/${path}`;
  expect((await fetch(url('quick'))).status).toBe(200);
  const before = (await witnessed('api')).length;

  const underWay = request(url('slow'));
  const failure = once(underWay, 'error');
  underWay.end();
  await eventually(
    () => witnessed('api'),
    ({ length }) => length === before,
  );
  await sleep(300);
  await emulator.control.putRegion(DARK, 'refused');

  expect((await failure)[0]).toMatchObject({ code: 'ECONNRESET' });
  await expect(fetch(url('quick'))).rejects.toThrow();
});

test('a queue feeds no function of a silent region; one that is at work is killed, and its batch comes again', async () => {
  await witnessTable('queue');
  const outputs = await deploy(
    DARK,
    'queue',
    functionTemplate(
      writing(
        'queue',
        `const call = calls + ':' + process.pid; await write('began ' + call);
         await sleep(event.Records[0].body === 'long' && event.Records[0].attributes.ApproximateReceiveCount === '1' ? 15000 : 0);
         await write('ended ' + event.Records[0].body);`,
      ),
      {
        Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 2 } },
        Mapping: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: {
            EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
            FunctionName: { Ref: 'Function' },
            BatchSize: 1,
          },
        },
      },
      { Queue: { Ref: 'Queue' } },
    ),
  );
  const QueueUrl = outputs.get('Queue');
  const sqs = new SQSClient(emulator.in(DARK));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'long' }));
  await eventually(
    () => witnessed('queue'),
    ({ length }) => length === 1,
  );

  const killedAt = Date.now();
  await emulator.control.putRegion(DARK, 'blackhole');
  // Longer than the message stays invisible: a poller that goes on would hand it out again.
  await sleep(3_000);
  expect(await witnessed('queue')).toHaveLength(1);
  await emulator.control.putRegion(DARK, 'light');
  const seen = await eventually(
    () => witnessed('queue'),
    (lines) => lines.includes('ended long'),
  );

  expect(Date.now() - killedAt).toBeLessThan(15_000);
  expect(seen.filter((line) => line.startsWith('began'))).toHaveLength(2);
  await eventually(
    async () =>
      (
        await sqs.send(
          new GetQueueAttributesCommand({
            QueueUrl,
            AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
          }),
        )
      ).Attributes,
    (attributes) => Object.values(attributes ?? {}).every((count) => count === '0'),
  );
});

test('an event that was accepted before its region fell silent is handled when it is back', async () => {
  await witnessTable('accepted');
  const outputs = await deploy(
    DARK,
    'accepted',
    functionTemplate(writing('accepted', "await sleep(event.wait ?? 0); await write('handled');"), {}),
  );
  const lambda = new LambdaClient(emulator.in(DARK));
  const Payload = JSON.stringify({ wait: 1_000 });
  await lambda.send(new InvokeCommand({ FunctionName: outputs.get('Function'), InvocationType: 'Event', Payload }));
  await emulator.control.putRegion(DARK, 'refused');
  await sleep(2_000);
  expect(await witnessed('accepted')).toEqual([]);
  await emulator.control.putRegion(DARK, 'light');

  await eventually(
    () => witnessed('accepted'),
    ({ length }) => length === 1,
  );
});

test('a state machine of a silent region stands still between two steps, and goes on when it is back', async () => {
  await witnessTable('states');
  const outputs = await deploy(
    DARK,
    'states',
    functionTemplate(
      writing('states', 'await write(event.step); return {};'),
      {
        Machine: {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: {
            RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
            DefinitionString: {
              'Fn::Sub': JSON.stringify({
                StartAt: 'First',
                States: {
                  First: { Type: 'Task', Resource: '${Function.Arn}', Parameters: { step: 'first' }, Next: 'Pause' },
                  Pause: { Type: 'Wait', Seconds: 1, Next: 'Second' },
                  Second: { Type: 'Task', Resource: '${Function.Arn}', Parameters: { step: 'second' }, End: true },
                },
              }),
            },
          },
        },
      },
      { Machine: { Ref: 'Machine' } },
    ),
  );
  const sfn = new SFNClient(emulator.in(DARK));
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn: outputs.get('Machine') }));
  await eventually(
    () => witnessed('states'),
    (steps) => steps.includes('first'),
  );
  await emulator.control.putRegion(DARK, 'refused');
  await sleep(2_000);
  expect(await witnessed('states')).toEqual(['first']);
  await emulator.control.putRegion(DARK, 'light');
  const ended = await eventually(
    () => sfn.send(new DescribeExecutionCommand({ executionArn })),
    ({ status }) => status !== 'RUNNING',
  );

  expect(ended.status).toBe('SUCCEEDED');
  expect([...(await witnessed('states'))].sort()).toEqual(['first', 'second']);
});

test('a stack reads the output of a stack in the region that it names', async () => {
  const queue = { Type: 'AWS::SQS::Queue', Properties: {} };
  const named = (value: unknown) => ({ Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: value } });
  for (const [region, value] of [
    [DARK, 'of the other region'],
    [OTHER, 'of the own region'],
  ] as const)
    await deploy(region, 'producer', { Resources: { Queue: queue }, Outputs: { Value: { Value: value } } });
  const read = (Region?: unknown) =>
    named({
      'Fn::GetStackOutput': { StackName: 'producer', OutputName: 'Value', ...(Region !== undefined && { Region }) },
    });
  const outputs = await deploy(OTHER, 'consumer', {
    Parameters: { From: { Type: 'String', Default: DARK } },
    Resources: { Named: read(DARK), Referred: read({ Ref: 'From' }), Own: read() },
    Outputs: Object.fromEntries(
      ['Named', 'Referred', 'Own'].map((name) => [name, { Value: { 'Fn::GetAtt': [name, 'Value'] } }]),
    ),
  });

  expect(Object.fromEntries(outputs)).toEqual({
    Named: 'of the other region',
    Referred: 'of the other region',
    Own: 'of the own region',
  });
});

test.each([
  ['a mode that does not exist', DARK, 'broken', undefined, 'mode is one of light, refused'],
  ['a slow region without a delay', DARK, 'slow', undefined, 'delayMilliseconds goes with the mode slow'],
  ['a delay of a region that is not slow', DARK, 'error', 10, 'delayMilliseconds goes with the mode slow'],
  ['a name that is no region', 'atlantis', 'light', undefined, 'atlantis is no name of a region'],
])('%s is refused', async (_what, region, mode, delay, message) => {
  const put = emulator.control.putRegion as (region: string, mode: string, delay?: number) => Promise<unknown>;

  await expect(put(region, mode, delay)).rejects.toThrow(message);
});
