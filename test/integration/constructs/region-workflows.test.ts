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
import type { WorkflowDefinition } from '../../../lib/constructs/workflow-definition';
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
  return { answer, why: '', progress: { rounds: 1, seen: ['shipping.dispatch'], since: 'then' } };
};`,
  relay: `${pages}
exports.relay = async ({ takeOver: { region, since, cursor } }) =>
  paged(cursor, { published: region === 'sa-east-1' && since === 'then' ? 1 : 9, parked: 0, skipped: 1 });`,
  adopt: `${pages}
exports.adopt = async ({ cursor }) => paged(cursor, { adopted: 1, started: 1 });`,
  arrival: `
let looks = 0;
exports.arrival = async ({ since, cursor }) => {
  looks += 1;
  return { looked: since === 'then' ? 3 : 9, missing: looks <= 2 ? 1 : 0, keys: looks <= 2 ? ['late'] : [] };
};`,
  undo: `${pages}
exports.undo = async ({ since, wait, cursor }) => paged(cursor, { undone: since === 'then' && wait !== undefined ? 1 : 9 });`,
  compare: `
const passes = {};
exports.compare = async ({ context, cursor }) => {
  if (cursor === undefined) passes[context] = (passes[context] ?? 0) + 1;
  const open = context === 'ordering' && passes[context] === 1 ? 1 : 0;
  return {
    looked: 5, divergent: open, repaired: open, keys: open === 1 ? [context] : [],
    ...(cursor === undefined && { cursor: { pk: 'a', sk: 'b' } }),
  };
};`,
  reconcile: `${pages}
exports.reconcile = async ({ since, cursor }) => paged(cursor, { returned: since === 'then' ? 1 : 9 });`,
  unfence: 'exports.unfence = async ({ region }) => ({ region, epoch: 1, unfencedAt: "now" });',
};

/** The same workflow in a hurry: how long it waits, and how often it tries again, is not tested here. */
const inHaste = (definition: WorkflowDefinition): WorkflowDefinition =>
  JSON.parse(JSON.stringify(definition), (field, value: unknown) => {
    if (field === 'Retry') return undefined;
    return field === 'Seconds' && typeof value === 'number' ? 1 : value;
  });

/** Without alarms, which are not tested here: a template in a request has 50 kB at most. */
const bodyOf = (stack: Stack): string => {
  const template = Template.fromStack(stack).toJSON() as {
    readonly Resources: Record<string, { readonly Type: string }>;
  };
  const kept = Object.entries(template.Resources).filter(([, { Type }]) => Type !== 'AWS::CloudWatch::Alarm');
  return JSON.stringify({ ...template, Resources: Object.fromEntries(kept) });
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
  const [fence, quiet, settled, arrival, unfence, compare, adoptOrders, undoFailedOrders, reconcile, relay] = [
    'fence',
    'quiet',
    'settled',
    'arrival',
    'unfence',
    'compare',
    'adopt',
    'undo',
    'reconcile',
    'relay',
  ].map(arnOf) as [string, string, string, string, string, string, string, string, string, string];
  const relays = { ordering: relay, payments: relay };
  const functions = {
    fence,
    quiet,
    settled,
    arrival,
    unfence,
    compare,
    adoptOrders,
    undoFailedOrders,
    reconcile,
    relays,
  };
  const terms = { partition: stack.partition, leaseSeconds: 60 };
  const calls = [fence, quiet, settled, arrival, unfence, compare, adoptOrders, undoFailedOrders, reconcile, relay];
  const workflow = (id: string, normal: WorkflowDefinition) => {
    const definition = inHaste(normal);
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
  return { body: bodyOf(stack), name };
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

  const rows = ['ordering', 'payments'].map((context) => ({ context, looked: 4, published: 2, parked: 0, skipped: 2 }));
  const orders = { looked: 4, adopted: 2, started: 2 };
  const undone = { looked: 4, undone: 2 };

  test('an evacuation fences, waits until the region is quiet and its writes are here, takes over every page of rows and orders, and counts', async () => {
    const order = { successor: 'us-east-1', epoch: 1, lossDeclared: false, by: 'me', reason: 'a test' };

    const { status, cause, result, through } = await run('EvacuateArn', { region: 'sa-east-1', ...order });

    expect({ status, cause }).toEqual({ status: 'SUCCEEDED', cause: undefined });
    expect(result).toEqual({ outcome: 'evacuated', region: 'sa-east-1', rows, orders, undone });
    const steps = ['fence', 'look again', 'settle', 'await arrival', 'await arrival later', 'take over rows'];
    expect([...new Set(through.filter((name) => steps.includes(name)))]).toEqual(steps);
  }, 120_000);

  test('a return waits for the region’s keeper, takes over what came late, lets it end, repairs until nothing differs, reconciles and lifts the fence last', async () => {
    const any = expect.any(Number);
    const { status, cause, result, through } = await run('ReturnArn', { region: 'sa-east-1' });

    expect({ status, cause }).toEqual({ status: 'SUCCEEDED', cause: undefined });
    expect(result).toEqual({
      ...{ outcome: 'returned', region: 'sa-east-1', rows, orders, undone, unfencedAt: 'now' },
      // Each instance of the function has its own first pass.
      replicas: [
        { context: 'ordering', looked: any, divergent: any, repaired: any, keys: ['ordering'] },
        { context: 'payments', looked: any, divergent: 0, repaired: 0, keys: [] },
      ],
      stock: { looked: 4, returned: 2 },
    });
    const order = [
      ...['settle', 'await arrival', 'take over rows', 'adopt orders', 'not yet settled', 'compare replicas'],
      ...[
        'compare replicas later',
        'reconcile stock',
        'undo failed orders',
        'not yet still settled',
        'compare replicas again',
        'unfence',
      ],
    ];
    expect([...new Set(through.filter((name) => order.includes(name)))]).toEqual(order);
  }, 120_000);
});
