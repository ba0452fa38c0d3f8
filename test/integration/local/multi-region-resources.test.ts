import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { eventually } from '../eventually';
import { type ScratchEmulator, startScratchEmulator } from './scratch-emulator';

const PRIMARY = 'sa-east-1';
const OTHER = 'us-east-1';

let emulator: ScratchEmulator;

beforeAll(async () => {
  emulator = await startScratchEmulator();
});

afterAll(() => emulator.stop());

/** Where a stack has come to, with its outputs, once nothing moves any more; `undefined` when there is none. */
const settled = async (region: string, StackName: string) => {
  const client = new CloudFormationClient(emulator.in(region));
  const stack = await eventually(
    async () =>
      (await client.send(new DescribeStacksCommand({})).then(({ Stacks = [] }) => Stacks)).find(
        (one) => one.StackName === StackName,
      ),
    (found) => found?.StackStatus?.endsWith('_IN_PROGRESS') !== true,
  );
  const outputs = new Map(stack?.Outputs?.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  return { status: stack?.StackStatus, reason: stack?.StackStatusReason, outputs };
};

const create = async (region: string, StackName: string, template: object) => {
  const TemplateBody = JSON.stringify(template);
  await new CloudFormationClient(emulator.in(region)).send(new CreateStackCommand({ StackName, TemplateBody }));
  return settled(region, StackName);
};

const update = async (region: string, StackName: string, template: object) => {
  const TemplateBody = JSON.stringify(template);
  await new CloudFormationClient(emulator.in(region)).send(new UpdateStackCommand({ StackName, TemplateBody }));
  return settled(region, StackName);
};

const tableIn = async (region: string, TableName: string) => {
  const client = new DynamoDBClient(emulator.in(region));
  return (await client.send(new DescribeTableCommand({ TableName }))).Table;
};

const globalTable = (TableName: string, regions: readonly string[]) => ({
  Resources: {
    Table: {
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: {
        TableName,
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        Replicas: regions.map((Region) => ({ Region })),
      },
    },
  },
});

const expiryIn = async (region: string, TableName: string) => {
  const client = new DynamoDBClient(emulator.in(region));
  return (await client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;
};

describe('a global table in a template', () => {
  test('is made in each of its regions, under one name and with a stream of its own, and expires in each', async () => {
    const { status } = await create(PRIMARY, 'made', globalTable('made', [PRIMARY, OTHER]));

    expect(status).toBe('CREATE_COMPLETE');
    const [here, there] = [await tableIn(PRIMARY, 'made'), await tableIn(OTHER, 'made')];
    expect(here?.Replicas?.map(({ RegionName }) => RegionName)).toEqual([OTHER]);
    expect(here?.LatestStreamArn).toContain(`:${PRIMARY}:`);
    expect(there?.LatestStreamArn).toContain(`:${OTHER}:`);
    for (const region of [PRIMARY, OTHER])
      expect(await expiryIn(region, 'made')).toEqual({ AttributeName: 'expiresAt', TimeToLiveStatus: 'ENABLED' });
  });

  test('gains a region and loses it by updates, and goes away everywhere with its stack', async () => {
    await create(PRIMARY, 'grown', globalTable('grown', [PRIMARY]));

    await update(PRIMARY, 'grown', globalTable('grown', [PRIMARY, OTHER]));
    expect(await tableIn(OTHER, 'grown')).toMatchObject({ TableStatus: 'ACTIVE' });

    await update(PRIMARY, 'grown', globalTable('grown', [PRIMARY]));
    await expect(tableIn(OTHER, 'grown')).rejects.toThrow('not found');

    await update(PRIMARY, 'grown', globalTable('grown', [PRIMARY, OTHER]));
    await new CloudFormationClient(emulator.in(PRIMARY)).send(new DeleteStackCommand({ StackName: 'grown' }));
    await settled(PRIMARY, 'grown');
    await expect(tableIn(OTHER, 'grown')).rejects.toThrow('not found');
    await expect(tableIn(PRIMARY, 'grown')).rejects.toThrow('not found');
  });

  test('changes one replica in an update, as on AWS', async () => {
    await create(PRIMARY, 'leaping', globalTable('leaping', [PRIMARY]));

    const { status } = await update(PRIMARY, 'leaping', globalTable('leaping', [PRIMARY, OTHER, 'eu-west-1']));

    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    await expect(tableIn(OTHER, 'leaping')).rejects.toThrow('not found');
  });
});

test('a replica key has the id of its primary key, and an ARN of its own region', async () => {
  const KeyPolicy = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'kms:*', Resource: '*' },
    ],
  };
  const outputs = (...names: string[]) =>
    Object.fromEntries(names.map((name) => [name, { Value: { 'Fn::GetAtt': ['Key', name] } }]));
  const primary = await create(PRIMARY, 'key', {
    Resources: { Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy, MultiRegion: true } } },
    Outputs: outputs('Arn', 'KeyId'),
  });
  const PrimaryKeyArn = { 'Fn::GetStackOutput': { StackName: 'key', OutputName: 'Arn', Region: PRIMARY } };

  const replica = await create(OTHER, 'replica', {
    Resources: { Key: { Type: 'AWS::KMS::ReplicaKey', Properties: { KeyPolicy, PrimaryKeyArn } } },
    Outputs: outputs('Arn', 'KeyId'),
  });

  expect(replica).toMatchObject({ status: 'CREATE_COMPLETE' });
  expect(replica.outputs.get('KeyId')).toBe(primary.outputs.get('KeyId'));
  expect(replica.outputs.get('Arn')).toBe(primary.outputs.get('Arn')?.replace(PRIMARY, OTHER));
});
