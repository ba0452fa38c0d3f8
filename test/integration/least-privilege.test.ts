import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { KinesisClient, ListShardsCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { paginateListFunctions } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { clientConfig } from '../../local/deployment/aws-clients';
import { deployedStore, orderOf } from './deployed-store';

const store = deployedStore();
const otherRegion = deployedStore(1);

/** A deployed function, and what its environment names. */
interface DeployedFunction {
  readonly name: string;
  readonly roleArn: string;
  readonly named: readonly string[];
}

const functions: DeployedFunction[] = [];
let tables: readonly string[] = [];
let secrets: readonly string[] = [];
let topics: readonly string[] = [];
let streams: readonly string[] = [];

beforeAll(async () => {
  const { system, cloud } = store();
  // What regions must agree on is named by us, the rest by CloudFormation after its stack.
  const isOurs = (name: string) => name.startsWith('tenfold-local-') || name.startsWith(cloud.stackPrefix);
  for await (const { Functions = [] } of paginateListFunctions({ client: system.lambda }, {}))
    for (const { FunctionName: name = '', Role: roleArn = '', Environment } of Functions)
      if (isOurs(name)) functions.push({ name, roleArn, named: Object.values(Environment?.Variables ?? {}) });
  const { TableNames = [] } = await new DynamoDBClient(clientConfig(cloud)).send(new ListTablesCommand({}));
  tables = TableNames.filter(isOurs);
  const namedBeginning = (start: string) => [
    ...new Set(functions.flatMap(({ named }) => named.filter((value) => value.startsWith(start)))),
  ];
  topics = namedBeginning('arn:aws:sns:');
  streams = namedBeginning('arn:aws:kinesis:');
  const { SecretList = [] } = await system.secrets.send(new ListSecretsCommand({}));
  secrets = SecretList.map(({ ARN = '' }) => ARN).filter((arn) => arn.includes(':secret:tenfold/local/sandbox/'));
});

const refusals = ['AccessDeniedException', 'AuthorizationErrorException', 'AuthorizationError', 'AccessDenied'];

/** Whether the caller may do it: everything but a refusal for want of rights counts, so that nothing has to take effect. */
const isPermitted = async (call: () => Promise<unknown>): Promise<boolean> => {
  try {
    await call();
    return true;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return !refusals.includes(error.name);
  }
};

const permittedOf = async (all: readonly string[], call: (one: string) => Promise<unknown>): Promise<string[]> => {
  const permitted: string[] = [];
  for (const one of all) if (await isPermitted(() => call(one))) permitted.push(one);
  return permitted;
};

const isOfKeys = (table: string): boolean => table.endsWith('-subject-keys');

/** Keys of a subject that is not there. */
const ofNobody = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': 'subject/nothing' } };

/** Everything that a function's rights let it reach in the whole deployment. */
const reachOf = async ({ roleArn }: DeployedFunction) => {
  const { cloud } = store();
  // The emulator lets the account's root take on any role; AWS lets only Lambda take on these.
  const sts = new STSClient(clientConfig(cloud));
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'least-privilege' }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  const config = { ...clientConfig(cloud), credentials };
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(config));
  const secretsManager = new SecretsManagerClient(config);
  const sns = new SNSClient(config);
  const kinesis = new KinesisClient({ ...config, requestHandler: new NodeHttpHandler() });
  const Key = { pk: 'nothing', sk: 'nothing' };
  return {
    // Keys of subjects are queried, and nothing else of their table.
    read: await permittedOf(tables, (TableName) =>
      isOfKeys(TableName)
        ? documents.send(new QueryCommand({ TableName, ...ofNobody }))
        : documents.send(new GetCommand({ TableName, Key })),
    ),
    // Would write only over something that is not there.
    written: await permittedOf(tables, (TableName) =>
      documents.send(new PutCommand({ TableName, Item: Key, ConditionExpression: 'attribute_exists(pk)' })),
    ),
    secrets: await permittedOf(secrets, (SecretId) => secretsManager.send(new GetSecretValueCommand({ SecretId }))),
    // Without a message group a topic takes nothing, once it has seen that the caller may publish.
    published: await permittedOf(topics, (TopicArn) => sns.send(new PublishCommand({ TopicArn, Message: 'x' }))),
    // Of nothing, a stream takes nothing.
    appended: await permittedOf(streams, (StreamARN) =>
      kinesis.send(new PutRecordsCommand({ StreamARN, Records: [] })),
    ),
    followed: await permittedOf(streams, (StreamARN) => kinesis.send(new ListShardsCommand({ StreamARN }))),
  };
};

it('lets each function reach the tables, secrets, topics and streams that its environment names, and no others', async () => {
  expect(functions.length).toBeGreaterThan(20);
  expect(tables).toHaveLength(9);
  expect(streams).toHaveLength(2);

  for (const deployed of functions) {
    const own = tables.filter((table) => deployed.named.includes(table));
    // Those who keep the records about regions are told all tables in one list, and may touch these records alone.
    const listed = tables.filter((table) => deployed.named.some((value) => value.includes(table)));
    const stream = streams.filter((arn) => deployed.named.includes(arn));
    const topic = topics.filter((name) => deployed.named.includes(name));
    const reach = await reachOf(deployed);
    // Who knows a table for the region's standing alone reads nothing else of it.
    const readsEntities = reach.read.some((table) => !isOfKeys(table));

    expect({
      of: deployed.name,
      secrets: reach.secrets,
      unread: own.filter((table) => !reach.read.includes(table) && (readsEntities || isOfKeys(table))),
    }).toEqual({
      of: deployed.name,
      secrets: secrets.filter((secret) => deployed.named.includes(secret)),
      unread: [],
    });
    expect({ of: deployed.name, ...reach }).toEqual({
      of: deployed.name,
      read: reach.read.filter((table) => listed.includes(table)),
      written: reach.written.filter((table) => listed.includes(table)),
      secrets: reach.secrets,
      // Whoever only looks whether the topic is there publishes nothing.
      published: reach.published.length === 0 ? [] : topic,
      // One appends or follows, and no function does both.
      appended: reach.followed.length === 0 ? stream : [],
      followed: reach.followed.length === 0 ? [] : stream,
    });
  }
});

it.each([
  ['the first region', store],
  ['the second region', otherRegion],
])('lacks nothing in %s: no function is refused anything on the way of an order', async (_name, there) => {
  const { api, cloud, carrier } = there();
  const article = await there().newArticle();
  const confirmed = await api.placed(orderOf(article));
  const declined = await api.placed(orderOf(article, { paymentMethod: 'pm_declined' }));
  const undone = await api.placed(orderOf(article, { metadata: { 'fault-ship': 'after:always' } }));
  await api.orderWith(confirmed.orderId, 'CONFIRMED', ['dispatch done']);
  await api.orderWith(declined.orderId, 'REJECTED', ['release done']);
  await api.orderWith(undone.orderId, 'REJECTED', ['recall done', 'refund done', 'release done']);
  expect(await carrier.effectsOf(undone.orderId)).toEqual(['parcel', 'recall']);

  const logs = new CloudWatchLogsClient(clientConfig(cloud));
  const refused: string[] = [];
  let written = 0;
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client: logs }, {})) {
    for (const { logGroupName } of logGroups.filter((group) => group.logGroupName?.includes(cloud.stackPrefix))) {
      for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, { logGroupName })) {
        written += events.length;
        refused.push(
          ...events.flatMap(({ message = '' }) => (/AccessDenied|not authorized/i.test(message) ? [message] : [])),
        );
      }
    }
  }
  expect(written).toBeGreaterThan(50);
  expect(refused).toEqual([]);
});
