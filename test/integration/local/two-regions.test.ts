import { DescribeTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { SagaExecutions } from '../../../drills/saga/saga-executions';
import { clientConfig } from '../../../local/deployment/aws-clients';
import { type DeployedStore, deployedStore, orderOf } from '../deployed-store';
import { eventually } from '../eventually';
import { orderIn, StoreClient } from '../store-client';

const primary = deployedStore(0);
const other = deployedStore(1);

const contexts = ['inventory', 'loyalty', 'ordering', 'payments', 'shipping'] as const;
const forward = ['reserve done', 'charge done', 'ship done', 'confirm done', 'dispatch done'];

const directions: readonly (readonly [string, () => DeployedStore, () => DeployedStore])[] = [
  ['the first region', primary, other],
  ['the second region', other, primary],
];

const streamOf = async ({ cloud, system }: DeployedStore, context: string): Promise<string> => {
  const TableName = system.tableName(context);
  const { Table } = await new DynamoDBClient(clientConfig(cloud)).send(new DescribeTableCommand({ TableName }));
  return Table?.LatestStreamArn ?? '';
};

describe.each(directions)('an order that is placed in %s', (_name, here, there) => {
  it('is confirmed there, by a saga that runs there alone, and is charged and shipped once in the world', async () => {
    const { api, system, provider, carrier } = here();
    const article = await here().newArticle();

    const { orderId, totalMinor } = await api.placed(orderOf(article));
    await api.orderWith(orderId, 'CONFIRMED', forward);

    expect(await (await SagaExecutions.of(system)).status(orderId)).toBe('SUCCEEDED');
    expect(await (await SagaExecutions.of(there().system)).status(orderId)).toBeUndefined();
    expect(await provider.effectsOf(orderId)).toEqual(['charge']);
    expect(await provider.paidFor(orderId)).toBe(totalMinor);
    expect(await carrier.effectsOf(orderId)).toEqual(['parcel', 'dispatch']);
  });

  it('is read in the other region shortly after, with the token of either', async () => {
    const { api } = here();
    const foreign = new StoreClient(there().cloud.apiUrl, () => here().cloud.token());

    const { orderId } = await api.placed(orderOf(await here().newArticle()));
    const found = await eventually(
      () => foreign.read(orderId),
      ({ status }) => status === 200,
    );

    expect(orderIn(found).orderId).toBe(orderId);
    await there().api.orderWith(orderId, 'CONFIRMED', forward);
  });

  it('is confirmed there while nothing is replicated, and read in the other region when it is again', async () => {
    const { api, cloud } = here();
    const [from, to] = [cloud.region, there().cloud.region];
    const article = await here().newArticle();
    await cloud.control.putReplication(from, to, { partitioned: true });
    try {
      const { orderId } = await api.placed(orderOf(article));
      await api.orderWith(orderId, 'CONFIRMED', forward);

      expect(await there().api.read(orderId)).toMatchObject({ status: 404 });

      await cloud.control.putReplication(from, to, { partitioned: false });
      expect((await there().api.orderWith(orderId, 'CONFIRMED', forward)).orderId).toBe(orderId);
    } finally {
      await cloud.control.putReplication(from, to, { partitioned: false });
    }
  });
});

describe.each(contexts)('the table of %s', (context) => {
  it('has one name in both regions, and in each a stream that its own relay reads', async () => {
    expect(other().system.tableName(context)).toBe(primary().system.tableName(context));
    const streams = await Promise.all([primary(), other()].map((store) => streamOf(store, context)));

    expect(streams.map((arn) => arn.split(':')[3])).toEqual([primary().cloud.region, other().cloud.region]);
    for (const [index, { system, cloud }] of [primary(), other()].entries()) {
      const read = new ListEventSourceMappingsCommand({ EventSourceArn: streams[index] });
      const { EventSourceMappings = [] } = await system.lambda.send(read);
      const readers = EventSourceMappings.map(({ FunctionArn = '' }) => FunctionArn.split(':')[3]);
      expect(readers.length).toBeGreaterThan(0);
      expect(new Set(readers)).toEqual(new Set([cloud.region]));
    }
  });
});

it('gives a function the rights that it has in its own region in no other', async () => {
  const { cloud, system } = other();
  const FunctionName = await system.functionName('inventory/reserve-stock');
  const { Role } = await system.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const assume = new AssumeRoleCommand({ RoleArn: Role, RoleSessionName: 'two-regions' });
  const { Credentials } = await new STSClient(clientConfig(cloud)).send(assume);
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  // Would write only over something that is not there: rights are checked before.
  const put = new PutItemCommand({
    TableName: system.tableName('inventory'),
    Item: { pk: { S: 'nothing' }, sk: { S: 'nothing' } },
    ConditionExpression: 'attribute_exists(pk)',
  });
  const putIn = (store: DeployedStore) => new DynamoDBClient({ ...clientConfig(store.cloud), credentials }).send(put);

  await expect(putIn(other())).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  await expect(putIn(primary())).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
