import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GateError } from '../../../../local/gate/gate.errors';
import { known } from '../../../../local/gate/release';
import { phasesOfDeployed } from '../../../../local/gate/served-stage';
import { FakeService } from '../../shared/fake-service';
import { InMemoryTrainLog } from '../release/in-memory-train';

const refusal = (code: string, message: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

let service: FakeService | undefined;
let server: Server | undefined;
const endpoint = process.env['AWS_ENDPOINT_URL'];
/** An AWS that answers everything with one refusal. */
const refusing = async (status: number, body: string): Promise<string> => {
  service = await FakeService.start(() => ({ status, body, headers: { 'content-type': 'text/xml' } }));
  process.env['AWS_ENDPOINT_URL'] = service.endpoint;
  return projectIn('cutover');
};

/** The local stage, with the waves that a train has brought something to. */
const deployed = (...waves: readonly string[]) => {
  const log = new InMemoryTrainLog();
  log.records = Object.fromEntries(waves.map((wave) => [wave, { digest: 'd', revision: 'r', deployedAt: '10:00' }]));
  return { stage: 'local', train: { log, waves } } as const;
};

/** A project whose local stage has a phase. */
const projectIn = (order: string): string => {
  const root = mkdtempSync(join(tmpdir(), 'gate-stage-'));
  mkdirSync(join(root, 'config'));
  writeFileSync(
    join(root, 'config/local.json'),
    JSON.stringify({ schemaPhases: { order: { version: 3, phase: order } } }),
  );
  return root;
};

const stackOf = (region: string) =>
  `<member><StackName>Tenfold-Local-${region}-OrderingService</StackName><CreationTime>2026-11-26T08:00:00Z</CreationTime>
  <StackStatus>UPDATE_COMPLETE</StackStatus><Outputs><member><OutputKey>BackfillOrdersFunction</OutputKey>
  <OutputValue>backfill-orders</OutputValue></member></Outputs></member>`;

const formation = (body: string, region: string): string =>
  body.includes('Action=DescribeStacks')
    ? `<DescribeStacksResponse><DescribeStacksResult><Stacks>${stackOf(region)}</Stacks></DescribeStacksResult></DescribeStacksResponse>`
    : `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries><member><LogicalResourceId>PlaceOrder</LogicalResourceId>
       <ResourceType>AWS::Lambda::Function</ResourceType><PhysicalResourceId>place-order</PhysicalResourceId>
       <LastUpdatedTimestamp>2026-11-26T08:00:00Z</LastUpdatedTimestamp><ResourceStatus>UPDATE_COMPLETE</ResourceStatus>
       </member></StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`;

/** An AWS in which every region has one function, whose alias routes to two versions, and two orders in the old form. */
const serving = async (uses: { readonly [version: string]: object }, without?: string): Promise<void> => {
  const asked = (path: string): object => {
    if (path.includes('/aliases/'))
      return { FunctionVersion: '7', RoutingConfig: { AdditionalVersionWeights: { '8': 0.1 } } };
    if (path.includes('/invocations'))
      return { entities: 5, old: { 'us-east-1': 2 }, homeless: { count: 0, some: [] } };
    const version = new URL(path, 'http://localhost').searchParams.get('Qualifier') ?? '';
    const ENTITY_SCHEMAS = JSON.stringify({ order: uses[version] });
    return { Environment: { Variables: { ORDERS_TABLE: 'tenfold-local-ordering', ENTITY_SCHEMAS } } };
  };
  const made = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      // Who asks signs for a region.
      const region = /\/\d{8}\/([a-z0-9-]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
      const { url = '' } = request;
      if (url === '/' && region === without) {
        response.statusCode = 400;
        response.end(refusal('ValidationError', `Stack with id Tenfold-Local-${region} does not exist`));
        return;
      }
      // The pipeline's gate may look at one stack only.
      if (body.includes('Action=DescribeStacks') && !body.includes('StackName=')) response.statusCode = 403;
      response.end(url === '/' ? formation(body, region) : JSON.stringify(asked(url)));
    });
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
};

afterEach(async () => {
  await service?.stop();
  server?.closeAllConnections();
  server?.close();
  if (endpoint === undefined) delete process.env['AWS_ENDPOINT_URL'];
  else process.env['AWS_ENDPOINT_URL'] = endpoint;
});

const [expand, cutover] = [
  { reads: [2, 3], writes: 2 },
  { reads: [2, 3], writes: 3 },
];

it('has nothing to hold against a stage that was never deployed', async () => {
  const root = await refusing(
    400,
    refusal('ValidationError', 'Stack with id Tenfold-Local-OrderingService does not exist'),
  );

  expect(await phasesOfDeployed(root, deployed())).toEqual([
    {
      stage: 'local',
      kind: 'order',
      phase: 'cutover',
      served: { known: false, because: 'nothing is deployed yet' },
      left: [],
    },
  ]);
});

it('does not take a region for empty that a train has deployed', async () => {
  await serving({ '7': expand, '8': expand }, 'sa-east-1');

  const asking = phasesOfDeployed(projectIn('cutover'), deployed('us-east-1', 'sa-east-1'));

  await expect(asking).rejects.toThrow(GateError);
  await expect(asking).rejects.toThrow(
    'stage local cannot be asked in sa-east-1: there is no stack Tenfold-Local-sa-east-1-OrderingService, and its train has deployed it',
  );
});

it('leaves a region out that the stage has got since and no train has reached yet', async () => {
  await serving({ '7': expand, '8': expand }, 'sa-east-1');

  const [order] = await phasesOfDeployed(projectIn('cutover'), deployed('us-east-1'));

  expect(order?.served).toMatchObject({ known: true, value: [{ region: 'us-east-1' }] });
});

it('does not take a stage for empty that it may not look at', async () => {
  const root = await refusing(403, refusal('AccessDenied', 'you may not describe stacks'));

  await expect(phasesOfDeployed(root, deployed())).rejects.toThrow(GateError);
  await expect(phasesOfDeployed(root, deployed())).rejects.toThrow(
    /^stage local cannot be asked in \S+: AccessDenied: you may not/,
  );
});

it('asks every version that an alias routes to, in every region', async () => {
  await serving({ '7': expand, '8': cutover });

  const [order] = await phasesOfDeployed(projectIn('cutover'), deployed());

  const versions = [
    { functionName: 'place-order', version: '7', ...expand },
    { functionName: 'place-order', version: '8', ...cutover },
  ];
  expect(order?.served).toEqual(
    known(['sa-east-1', 'us-east-1'].map((region) => ({ region, deploying: false, versions }))),
  );
  // Nothing is given up, so nothing is counted.
  expect(order?.left).toEqual([]);
});

it('counts what is stored in the old form when the release gives it up', async () => {
  await serving({ '7': cutover, '8': cutover });

  const [order] = await phasesOfDeployed(projectIn('contract'), deployed());

  expect(order).toMatchObject({
    phase: 'contract',
    left: ['sa-east-1', 'us-east-1'].map((region) => ({
      region,
      old: { 'us-east-1': 2 },
      homeless: { count: 0, some: [] },
    })),
  });
});
