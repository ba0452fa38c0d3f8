import {
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { zip } from '../../../drills/harness/zip';
import { ensureCloud } from '../../../local/cloud';
import { clientConfig } from '../../../local/deployment/aws-clients';
import { versionsServedBy } from '../../../local/operator/served-versions';

const names = ['routed', 'bare', 'elsewhere'].map((name) => `served-versions-${name}-${process.pid}`);
const [routed = '', bare = '', elsewhere = ''] = names;
const kind = { kind: 'order', tableKey: 'ORDERS_TABLE' };
const table = { ORDERS_TABLE: 'orders' };
const says = (use: object) => ({ ...table, ENTITY_SCHEMAS: JSON.stringify({ order: use }) });
let lambda: LambdaClient;
let role: string | undefined;

const create = (FunctionName: string, Variables: Record<string, string>) =>
  lambda.send(
    new CreateFunctionCommand({
      ...{ FunctionName, Runtime: 'nodejs24.x', Handler: 'index.handler', Role: role },
      Code: { ZipFile: zip([{ name: 'index.js', content: Buffer.from('exports.handler = async () => 1;') }]) },
      Environment: { Variables },
    }),
  );
const publish = async (FunctionName: string): Promise<string> =>
  (await lambda.send(new PublishVersionCommand({ FunctionName }))).Version ?? '';

beforeAll(async () => {
  const cloud = await ensureCloud();
  lambda = new LambdaClient(clientConfig(cloud));
  // The role of a function that is there: an emulator that enforces IAM asks for one that exists.
  const known = { FunctionName: cloud.outputs.get('OrderingService', 'BackfillOrdersFunction') };
  ({ Role: role } = await lambda.send(new GetFunctionConfigurationCommand(known)));
});
afterAll(async () => {
  for (const FunctionName of names) await lambda.send(new DeleteFunctionCommand({ FunctionName }));
});

it('asks every version that an alias routes to what it reads and writes, however little traffic it gets', async () => {
  await create(routed, table);
  const silent = await publish(routed);
  const change = (Variables: Record<string, string>) =>
    lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: routed, Environment: { Variables } }));
  await change(says({ reads: [1, 2], writes: 1 }));
  const expanding = await publish(routed);
  // Not routed to any more, or not yet: nobody is served by it.
  await change(says({ reads: [2], writes: 2 }));
  await publish(routed);
  await lambda.send(
    new CreateAliasCommand({
      ...{ FunctionName: routed, Name: 'live', FunctionVersion: expanding },
      RoutingConfig: { AdditionalVersionWeights: { [silent]: 0.01 } },
    }),
  );
  await create(bare, says({ reads: [1, 2], writes: 2 }));
  await create(elsewhere, { OTHER_TABLE: 'stock' });

  expect(await versionsServedBy(lambda, names, kind)).toEqual([
    { functionName: routed, version: expanding, reads: [1, 2], writes: 1 },
    { functionName: routed, version: silent, reads: [1], writes: 1 },
    { functionName: bare, version: '$LATEST', reads: [1, 2], writes: 2 },
  ]);
});
