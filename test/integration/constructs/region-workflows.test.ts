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
import { evacuationDefinition, returnDefinition } from '../../../lib/contexts/regions/region-workflows';
import { ensureCloud, type LocalCloud } from '../../../local/cloud';
import { eventually } from '../eventually';

const pages = `const paged = (cursor, answer) => ({ looked: 2, ...answer, ...(cursor === undefined && { cursor: 'more' }) });`;

/** Answer like the real functions; what comes in pages comes in two. */
const participants: { readonly [entry: string]: string } = {
  fence:
    'exports.fence = async ({ region, successor, epoch }) => ({ region, successor, epoch, since: "then", told: [] });',
  quiet: `
let looks = 0;
exports.quiet = async ({ heardSince }) => {
  looks += 1;
  const answer = looks % 2 === 0 ? 'quiet' : 'not-yet';
  return { answer, why: String(heardSince), since: 'then' };
};`,
  settled: `
exports.settled = async ({ region, progress }) => {
  const seen = Array.isArray(progress?.seen) ? progress.seen : [];
  const answer = region === 'sa-east-1' && seen.length === 1 ? 'settled' : 'not-yet';
  return { answer, why: '', progress: { rounds: 1, seen: ['shipping.dispatch'] } };
};`,
  relay: `${pages}
exports.relay = async ({ takeOver: { region, since, cursor } }) =>
  paged(cursor, { published: region === 'sa-east-1' && since === 'then' ? 1 : 9, skipped: 1 });`,
  adopt: `${pages}
exports.adopt = async ({ cursor }) => paged(cursor, { adopted: 1, started: 1 });`,
  compare: `
exports.compare = async ({ context, cursor }) => ({
  looked: 5, divergent: 1, repaired: 1, keys: [context],
  ...(cursor === undefined && { cursor: { pk: 'a', sk: 'b' } }),
});`,
  reconcile: `${pages}
exports.reconcile = async ({ since, cursor }) => paged(cursor, { returned: since === 'then' ? 1 : 9 });`,
  unfence: 'exports.unfence = async ({ region }) => ({ region, epoch: 1, unfencedAt: "now" });',
};

const template = (region: string): { readonly body: string; readonly name: string } => {
  const app = new App();
  const synthesizer = new DefaultStackSynthesizer({ generateBootstrapVersionRule: false });
  const name = `RegionWorkflowsTest${process.pid}`;
  const stack = new Stack(app, name, { env: { account: '000000000000', region }, synthesizer });
  setServiceDefaults(stack, {
    removalPolicy: RemovalPolicy.DESTROY,
    code: (entry) => ({ code: Code.fromInline(participants[entry] ?? ''), handler: `index.${entry}` }),
  });
  const arnOf = (entry: string) =>
    new ServiceFunction<object>(stack, entry, { entry, environment: {}, failureImpact: 'None.' }).alias.functionArn;
  const [fence, quiet, settled, unfence, compare, adoptOrders, reconcile, relay] = [
    'fence',
    'quiet',
    'settled',
    'unfence',
    'compare',
    'adopt',
    'reconcile',
    'relay',
  ].map(arnOf) as [string, string, string, string, string, string, string, string];
  const relays = { ordering: relay, payments: relay };
  const functions = { fence, quiet, settled, unfence, compare, adoptOrders, reconcile, relays };
  const terms = { partition: stack.partition, leaseSeconds: 60 };
  const calls = [fence, quiet, settled, unfence, compare, adoptOrders, reconcile, relay];
  const workflow = (id: string, definition: ReturnType<typeof evacuationDefinition>) => {
    const { stateMachineArn } = new ObservedWorkflow(stack, id, {
      definition,
      calls,
      failureImpact: 'None.',
      runbook: 'regions.md#none',
    });
    new CfnOutput(stack, `${id}Arn`, { value: stateMachineArn });
  };
  workflow('Evacuate', evacuationDefinition(functions, terms));
  workflow('Return', returnDefinition(functions, terms));
  return { body: JSON.stringify(Template.fromStack(stack).toJSON()), name };
};

describe('the workflows of regions on the local cloud', () => {
  let cloud: LocalCloud;
  let clients: { readonly formation: CloudFormationClient; readonly states: SFNClient };
  let stackName: string;
  let outputs: ReadonlyMap<string | undefined, string | undefined>;

  beforeAll(async () => {
    cloud = await ensureCloud();
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const place = { endpoint: cloud.endpoint, region: cloud.region, credentials };
    clients = { formation: new CloudFormationClient(place), states: new SFNClient(place) };
    const { body, name } = template(cloud.region);
    stackName = name;
    const { formation } = clients;
    await formation.send(
      new CreateStackCommand({ StackName: name, TemplateBody: body, Capabilities: ['CAPABILITY_IAM'] }),
    );
    const waiting = { client: formation, maxWaitTime: 60, minDelay: 1, maxDelay: 2 };
    const { final } = await waitUntilStackCreateComplete(waiting, { StackName: name });
    outputs = new Map(final?.Stacks?.[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  }, 120_000);

  afterAll(async () => {
    await clients.formation.send(new DeleteStackCommand({ StackName: stackName }));
    await cloud.stop();
  });

  /** Runs one execution and answers what came of it, and the states that it entered. */
  const run = async (output: string, input: object) => {
    const { states } = clients;
    const stateMachineArn = outputs.get(output);
    const { executionArn } = await states.send(
      new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
    );
    const ended = await eventually(
      () => states.send(new DescribeExecutionCommand({ executionArn })),
      ({ status }) => status !== 'RUNNING',
    );
    const { events = [] } = await states.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    const through = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
    return { status: ended.status, cause: ended.cause, result: JSON.parse(ended.output ?? '{}'), through };
  };

  const rows = ['ordering', 'payments'].map((context) => ({ context, looked: 4, published: 2, skipped: 2 }));
  const orders = { looked: 4, adopted: 2, started: 2 };

  test('an evacuation fences, waits until the region is quiet, takes over every page of rows and orders, and counts', async () => {
    const order = { successor: 'us-east-1', epoch: 1, lossDeclared: false, by: 'me', reason: 'a test' };

    const { status, cause, result, through } = await run('EvacuateArn', { region: 'sa-east-1', ...order });

    expect({ status, cause }).toEqual({ status: 'SUCCEEDED', cause: undefined });
    expect(result).toEqual({ outcome: 'evacuated', region: 'sa-east-1', rows, orders });
    expect(through.filter((name) => ['fence', 'look again', 'settle'].includes(name))).toEqual([
      'fence',
      'look again',
      'settle',
    ]);
  }, 120_000);

  test('a return waits for the region’s keeper, takes over what came late, lets it end, repairs, reconciles and lifts the fence last', async () => {
    const { status, cause, result, through } = await run('ReturnArn', { region: 'sa-east-1' });

    expect({ status, cause }).toEqual({ status: 'SUCCEEDED', cause: undefined });
    expect(result).toEqual({
      ...{ outcome: 'returned', region: 'sa-east-1', rows, orders, unfencedAt: 'now' },
      replicas: ['ordering', 'payments'].map((context) => ({
        ...{ context, looked: 10, divergent: 2, repaired: 2, keys: [context] },
      })),
      stock: { looked: 4, returned: 2 },
    });
    const order = [
      ...['settle', 'take over rows', 'adopt orders', 'not yet settled', 'compare replicas'],
      ...['reconcile stock', 'not yet still settled', 'unfence'],
    ];
    expect([...new Set(through.filter((name) => order.includes(name)))]).toEqual(order);
  }, 120_000);
});
