import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { App, CfnOutput, DefaultStackSynthesizer, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type ConsumerEnvironment, ExactlyOnceConsumer } from '../../../lib/constructs/exactly-once-consumer';
import { Saga } from '../../../lib/constructs/saga';
import { setServiceDefaults } from '../../../lib/constructs/service-defaults';
import { ServiceFunction } from '../../../lib/constructs/service-function';
import { ensureCloud, type LocalCloud } from '../../../local/cloud';

/** Answers each state as the saga's data ask for: `{ "ship": "refuse", "refund": "fail" }`. */
const participant = `exports.handler = async ({ step, attempt, data }) => {
  const wish = data[step];
  if (wish === 'fail' || (wish === 'fail once' && attempt === 0)) throw new Error('as asked for');
  if (wish === 'refuse') return { outcome: 'refused', reason: 'as asked for' };
  return wish === 'odd' ? {} : { outcome: 'done' };
};`;

const template = (region: string): { readonly body: string; readonly name: string } => {
  const app = new App();
  const synthesizer = new DefaultStackSynthesizer({ generateBootstrapVersionRule: false });
  const name = `SagaTest${process.pid}`;
  const stack = new Stack(app, name, { env: { account: '000000000000', region }, synthesizer });
  setServiceDefaults(stack, {
    removalPolicy: RemovalPolicy.DESTROY,
    code: () => ({ code: Code.fromInline(participant), handler: 'index.handler' }),
  });
  const { alias } = new ServiceFunction<object>(stack, 'Participant', {
    entry: 'a/b',
    environment: {},
    failureImpact: 'None.',
  });
  const step = (stepName: string, undo?: string) => ({
    name: stepName,
    invoke: alias,
    ...(undo && { compensation: { name: undo, invoke: alias } }),
  });
  const consumer = new ExactlyOnceConsumer<ConsumerEnvironment>(stack, 'Charges', {
    entry: 'a/b',
    environment: {},
    consumer: 'test.charge',
    failureImpact: 'None.',
  });
  // The test itself drains the queue.
  consumer.node.tryRemoveChild('Source');
  const patience = { timeout: Duration.seconds(10), retries: 1, interval: Duration.seconds(1) };
  const saga = new Saga(stack, 'Saga', {
    steps: [
      step('reserve', 'release'),
      {
        ...step('charge', 'refund'),
        invoke: { consumer, command: { type: 'payments.ChargePayment.v1', fields: ['charge'] } },
      },
      step('ship', 'recall'),
      step('confirm'),
      step('thank'),
    ],
    dataFields: ['charge'],
    pivot: 'confirm',
    parkCase: alias,
    close: alias,
    subjectKind: 'order',
    source: '/test',
    encryptionKey: new Key(stack, 'Key'),
    failureImpact: 'None.',
    stepPatience: patience,
    compensationPatience: patience,
  });
  new CfnOutput(stack, 'SagaArn', { value: saga.stateMachineArn });
  new CfnOutput(stack, 'QueueUrl', { value: consumer.queue.queueUrl });
  return { body: JSON.stringify(Template.fromStack(stack).toJSON()), name };
};

describe('Saga on the local cloud', () => {
  let cloud: LocalCloud;
  let clients: { readonly formation: CloudFormationClient; readonly states: SFNClient; readonly queues: SQSClient };
  let stackName: string;
  let [stateMachineArn, queueUrl] = ['', ''];
  const draining = new AbortController();
  let drained: Promise<void> = Promise.resolve();
  /** Names of the fields that commands have carried. */
  const carried = new Set<string>();

  /** Stands in for the consumer of the charge: answers each command as its data ask for. */
  const answerCharges = async (): Promise<void> => {
    const { queues, states } = clients;
    while (!draining.signal.aborted) {
      const { Messages = [] } = await queues.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 1, MaxNumberOfMessages: 10 }),
      );
      for (const { Body = '', ReceiptHandle } of Messages) {
        const { tasktoken: taskToken, data } = JSON.parse(Body);
        for (const field of Object.keys(data)) carried.add(field);
        const refused = { outcome: 'refused', reason: 'as asked for' };
        const output = JSON.stringify(data.charge === 'refuse' ? refused : { outcome: 'done' });
        const failure = new SendTaskFailureCommand({ taskToken, error: 'Parked', cause: 'as asked for' });
        await (data.charge === 'park'
          ? states.send(failure)
          : states.send(new SendTaskSuccessCommand({ taskToken, output })));
        await queues.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
      }
    }
  };

  beforeAll(async () => {
    cloud = await ensureCloud();
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const place = { endpoint: cloud.endpoint, region: cloud.region, credentials };
    clients = {
      formation: new CloudFormationClient(place),
      states: new SFNClient(place),
      queues: new SQSClient(place),
    };
    const { body, name } = template(cloud.region);
    stackName = name;
    const { formation } = clients;
    await formation.send(
      new CreateStackCommand({ StackName: name, TemplateBody: body, Capabilities: ['CAPABILITY_IAM'] }),
    );
    const waiting = { client: formation, maxWaitTime: 60, minDelay: 1, maxDelay: 2 };
    const { final } = await waitUntilStackCreateComplete(waiting, { StackName: name });
    const outputs = new Map(final?.Stacks?.[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
    [stateMachineArn, queueUrl] = [outputs.get('SagaArn') ?? '', outputs.get('QueueUrl') ?? ''];
    drained = answerCharges();
  }, 120_000);

  afterAll(async () => {
    draining.abort();
    await drained;
    await clients.formation.send(new DeleteStackCommand({ StackName: stackName }));
    await cloud.stop();
  });

  /** Runs one execution and answers how it ended and what it went through. */
  const run = async (entry: string, data: Readonly<Record<string, string>>, more: object = {}) => {
    const { states } = clients;
    const sagaId = [entry, ...Object.entries(data).flat(), ...Object.keys(more)].join('-').replaceAll(' ', '_');
    const input = JSON.stringify({ entry, sagaId, data: { charge: 'do', ...data }, ...more });
    const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn, name: sagaId, input }));
    for (;;) {
      const { status, output = '{}' } = await states.send(new DescribeExecutionCommand({ executionArn }));
      if (status === 'RUNNING') {
        await new Promise((resolve) => setTimeout(resolve, 200));
        continue;
      }
      const { events = [] } = await states.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
      const entered = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
      const through = entered.filter((name) => name !== 'enter' && !name.endsWith('decided'));
      return {
        status,
        result: JSON.parse(output).result,
        parked: JSON.parse(output).parked,
        through: through.join(' '),
      };
    }
  };

  it.concurrent.each([
    ['forward', {}, 'done', 'reserve charge ship confirm thank done'],
    ['forward', { ship: 'fail once' }, 'done', 'reserve charge ship confirm thank done'],
    ['forward', { reserve: 'refuse' }, 'compensated', 'reserve close'],
    ['forward', { reserve: 'fail' }, 'compensated', 'reserve release close'],
    ['forward', { charge: 'refuse' }, 'compensated', 'reserve charge release close'],
    ['forward', { charge: 'park' }, 'compensated', 'reserve charge refund release close'],
    ['forward', { ship: 'refuse' }, 'compensated', 'reserve charge ship refund release close'],
    ['forward', { ship: 'fail' }, 'compensated', 'reserve charge ship recall refund release close'],
    ['forward', { ship: 'odd' }, 'compensated', 'reserve charge ship recall refund release close'],
    ['forward', { confirm: 'refuse' }, 'compensated', 'reserve charge ship confirm recall refund release close'],
    ['forward', { confirm: 'fail' }, 'parked', 'reserve charge ship confirm park confirm parked'],
    ['forward', { thank: 'refuse' }, 'parked', 'reserve charge ship confirm thank park thank parked'],
    ['compensate', {}, 'compensated', 'recall refund release close'],
    ['confirm', {}, 'done', 'confirm thank done'],
  ])(
    'entered at %s with %j ends %s',
    async (entry, data, result, through) => {
      expect(await run(entry, data)).toMatchObject({ status: 'SUCCEEDED', result, through });
    },
    120_000,
  );

  it('parks each compensation that fails or refuses, and still undoes the others', async () => {
    expect(await run('forward', { ship: 'refuse', refund: 'fail', release: 'refuse' })).toEqual({
      status: 'SUCCEEDED',
      result: 'parked',
      parked: ['refund', 'release'],
      through: 'reserve charge ship refund park refund release park release close',
    });
  }, 60_000);

  it.concurrent.each([
    [{ reserve: 'refuse' }, 'compensated', 'reserve recall refund release close'],
    [{ ship: 'fail' }, 'compensated', 'reserve charge ship recall refund release recall refund release close'],
    [
      { charge: 'refuse', release: 'fail' },
      'parked',
      'reserve charge release park release recall refund release park release close',
    ],
  ])(
    'undoes every step, whatever turned it round, when it may have begun elsewhere: %j',
    async (data, result, through) => {
      expect(await run('forward', data, { begunElsewhere: true })).toMatchObject({
        ...{ status: 'SUCCEEDED', result, through },
        ...(result === 'parked' && { parked: ['release'] }),
      });
    },
    120_000,
  );

  it('sends with a command the fields that it carries, and nothing else of its data', async () => {
    await run('forward', { secret: 'of the saga' });

    expect([...carried]).toEqual(['charge']);
  }, 60_000);

  it('refuses an entry that it does not know', async () => {
    expect(await run('sideways', {})).toMatchObject({ status: 'FAILED', through: 'unknown entry' });
  }, 60_000);
});
