import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { App, CfnOutput, DefaultStackSynthesizer, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { ObservedWorkflow } from '../../../lib/constructs/observed-workflow';
import { setServiceDefaults } from '../../../lib/constructs/service-defaults';
import { ServiceFunction } from '../../../lib/constructs/service-function';
import { judgeDefinition } from '../../../lib/contexts/release/judge-workflow';
import { ensureCloud, type LocalCloud } from '../../../local/cloud';
import { eventually } from '../eventually';

/** Answer like the real functions; what a rollout is called says what becomes of it. */
const participants: { readonly [entry: string]: string } = {
  judge: `
const probed = { old: { requests: 1, failures: 0, latency: [1, 0] }, new: { requests: 1, failures: 0, latency: [0, 1] } };
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
exports.judge = async ({ deploymentId, window, synthetic }) => {
  if (deploymentId.startsWith('d-unjudged')) throw new Error('no metrics');
  const carried = window === 1 ? synthetic === undefined : same(synthetic, probed);
  if (!carried) return { verdict: 'roll-back', because: ['not carried'], probed };
  if (deploymentId.startsWith('d-good')) return { verdict: 'promote', because: ['as good'], probed };
  if (deploymentId.startsWith('d-slow')) return { verdict: 'roll-back', because: ['slower', 'fails more'], probed };
  if (deploymentId.startsWith('d-thin') && window === 2) return { verdict: 'promote', because: ['as good'], probed };
  return { verdict: window === 2 ? 'roll-back' : 'inconclusive', because: ['thin'], probed };
};`,
  stop: `exports.stop = async ({ deploymentId, why }) => ({ outcome: deploymentId + ' stopped: ' + why });`,
};

const template = (region: string): { readonly body: string; readonly name: string } => {
  const synthesizer = new DefaultStackSynthesizer({ generateBootstrapVersionRule: false });
  const name = `JudgeWorkflowTest${process.pid}`;
  const stack = new Stack(new App(), name, { env: { account: '000000000000', region }, synthesizer });
  setServiceDefaults(stack, {
    removalPolicy: RemovalPolicy.DESTROY,
    code: (entry) => ({ code: Code.fromInline(participants[entry] ?? ''), handler: `index.${entry}` }),
  });
  const arnOf = (entry: string) =>
    new ServiceFunction<object>(stack, entry, { entry, environment: {}, failureImpact: 'None.' }).alias.functionArn;
  const functions = { judge: arnOf('judge'), stop: arnOf('stop') };
  const { stateMachineArn } = new ObservedWorkflow(stack, 'Judge', {
    definition: judgeDefinition(functions, { partition: stack.partition, windowSeconds: 1, metricsDelaySeconds: 0 }),
    calls: Object.values(functions),
    failureImpact: 'None.',
    runbook: 'deploys.md#the-judge-has-failed',
  });
  new CfnOutput(stack, 'JudgeArn', { value: stateMachineArn });
  return { body: JSON.stringify(Template.fromStack(stack).toJSON()), name };
};

describe('the workflow of the judge on the local cloud', () => {
  let cloud: LocalCloud;
  let clients: { readonly formation: CloudFormationClient; readonly states: SFNClient };
  let stackName: string;
  let stateMachineArn: string | undefined;

  beforeAll(async () => {
    cloud = await ensureCloud();
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const place = { endpoint: cloud.endpoint, region: cloud.region, credentials };
    clients = { formation: new CloudFormationClient(place), states: new SFNClient(place) };
    const { body: TemplateBody, name } = template(cloud.region);
    stackName = name;
    const { formation } = clients;
    await formation.send(new CreateStackCommand({ StackName: name, TemplateBody, Capabilities: ['CAPABILITY_IAM'] }));
    const waiting = { client: formation, maxWaitTime: 60, minDelay: 1, maxDelay: 2 };
    const { final } = await waitUntilStackCreateComplete(waiting, { StackName: name });
    stateMachineArn = final?.Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'JudgeArn')?.OutputValue;
  }, 120_000);

  afterAll(async () => {
    await clients.formation.send(new DeleteStackCommand({ StackName: stackName }));
    await cloud.stop();
  });

  const judge = async (kind: string) => {
    const deploymentId = `${kind}-${process.pid}`;
    const { states } = clients;
    const input = JSON.stringify({ deploymentId, operation: 'greet' });
    const { executionArn } = await states.send(
      new StartExecutionCommand({ stateMachineArn, name: deploymentId, input }),
    );
    const ended = await eventually(
      () => states.send(new DescribeExecutionCommand({ executionArn })),
      ({ status }) => status !== 'RUNNING',
    );
    const { events = [] } = await states.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    const through = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
    return { ...ended, record: JSON.parse(ended.output ?? '{}'), deploymentId, through };
  };

  test('a good version is promoted after one window, and the record has what was judged and why', async () => {
    const { status, cause, record, deploymentId } = await judge('d-good');
    expect({ status, cause }).toEqual({ status: 'SUCCEEDED', cause: undefined });
    expect(record).toMatchObject({ verdict: 'promote', windows: 1, deploymentId, operation: 'greet' });
    expect(record.probed.new.latency).toEqual([0, 1]);
  });

  test('a version under thin traffic is judged once more, with what the first window has met', async () => {
    const { status, record } = await judge('d-thin');
    expect({ status, ...record }).toMatchObject({ status: 'SUCCEEDED', verdict: 'promote', windows: 2 });
  });

  test('a bad version is stopped, and told why', async () => {
    const { status, record, deploymentId } = await judge('d-slow');
    expect({ status, ...record }).toMatchObject({
      status: 'SUCCEEDED',
      verdict: 'roll-back',
      windows: 1,
      traffic: `${deploymentId} stopped: slower; fails more`,
    });
  });

  test('what is inconclusive twice is stopped', async () => {
    const { record, deploymentId } = await judge('d-inconclusive');
    expect(record).toMatchObject({ verdict: 'roll-back', windows: 2, traffic: `${deploymentId} stopped: thin` });
  });

  test('a judge that fails stops the version all the same, and fails', async () => {
    const { status, error, through } = await judge('d-unjudged');
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'CanaryNotJudgedError' });
    expect(through.slice(-2)).toEqual(['stop unjudged', 'not judged']);
  });
});
