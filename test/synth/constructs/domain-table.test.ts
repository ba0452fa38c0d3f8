import { RemovalPolicy, Tags } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { DomainTable, type DomainTableProps } from '../../../lib/constructs/domain-table';
import { allowedActions, checkedTemplate, statements, testStack } from './synthesize';

const withTable = (removalPolicy = RemovalPolicy.DESTROY, props: Partial<DomainTableProps> = {}) => {
  const stack = testStack({ removalPolicy });
  const encryptionKey = new Key(stack, 'Key', { enableKeyRotation: true });
  const table = new DomainTable(stack, 'Orders', { encryptionKey, ...props });
  const reader = new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  return { stack, table, reader };
};

describe('DomainTable', () => {
  it('is on demand, streamed, restorable, encrypted with the given key, and sweeps what has expired', () => {
    checkedTemplate(withTable().stack).hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      Replicas: [
        Match.objectLike({
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          SSESpecification: { KMSMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] } },
        }),
      ],
    });
  });

  it('lists open cases by age in a sparse index', () => {
    checkedTemplate(withTable().stack).hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      GlobalSecondaryIndexes: [
        {
          IndexName: 'cases',
          KeySchema: [
            { AttributeName: 'caseStatus', KeyType: 'HASH' },
            { AttributeName: 'openedAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    });
  });

  it('lets whoever looks after what is listed query the index, and nothing else', () => {
    const { stack, table, reader } = withTable();
    table.grantListed(reader);

    const granted = statements(checkedTemplate(stack).toJSON()).filter(({ Action }) => Action === 'dynamodb:Query');
    expect(granted.map(({ Resource }) => JSON.stringify(Resource))).toEqual([expect.stringContaining('/index/cases')]);
  });

  it.each([
    [RemovalPolicy.RETAIN, 'Retain', true],
    [RemovalPolicy.DESTROY, 'Delete', false],
  ])('with removal policy %s is kept or goes with its stack', (policy, deletionPolicy, protection) => {
    checkedTemplate(withTable(policy).stack).hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: deletionPolicy,
      Properties: { Replicas: [Match.objectLike({ DeletionProtectionEnabled: protection })] },
    });
  });

  it('sets for each replica what replicas do not hand on to each other', () => {
    const keyArn = 'arn:aws:kms:us-east-1:111111111111:key/mrk-1';
    const { stack } = withTable(RemovalPolicy.RETAIN, {
      tableName: 'shop-orders',
      replicas: [{ region: 'us-east-1', keyArn }],
    });
    Tags.of(stack).add('owner', 'shop');
    const guarded = {
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      Tags: [{ Key: 'owner', Value: 'shop' }],
    };
    checkedTemplate(stack).hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      TableName: 'shop-orders',
      Replicas: [
        Match.objectLike({ ...guarded, Region: 'us-east-1', SSESpecification: { KMSMasterKeyId: keyArn } }),
        Match.objectLike({ ...guarded, Region: 'eu-west-1' }),
      ],
    });
  });

  it('is called what CloudFormation calls it, and lives in one region, unless told otherwise', () => {
    checkedTemplate(withTable().stack).hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      TableName: Match.absent(),
      Replicas: [Match.objectLike({ Region: 'eu-west-1' })],
    });
  });

  it('grants whoever keeps records about regions these items, and no other', () => {
    const { stack, table, reader } = withTable();
    table.grantRegionRecords(reader);
    const granted = statements(checkedTemplate(stack).toJSON()).filter(
      ({ Resource }) => typeof Resource === 'object' && JSON.stringify(Resource).includes('Orders'),
    );
    expect(granted).toEqual([
      {
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['region/*'] } },
        Effect: 'Allow',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Orders/), 'Arn'] },
      },
    ]);
  });

  it('grants whoever writes some items these items, and no other', () => {
    const { stack, table, reader } = withTable();
    table.grantWriteOf(reader, ['stock/*']);
    const granted = statements(checkedTemplate(stack).toJSON()).filter(
      ({ Resource }) => typeof Resource === 'object' && JSON.stringify(Resource).includes('Orders'),
    );
    expect(granted).toEqual([
      expect.objectContaining({
        Action: ['dynamodb:ConditionCheckItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['stock/*'] } },
      }),
    ]);
  });

  it('grants a scan to whoever asks for it, and nothing else', () => {
    const { stack, table, reader } = withTable();
    table.grantScan(reader);
    const actions = allowedActions(checkedTemplate(stack)).filter((action) => action.startsWith('dynamodb:'));
    expect(actions).toEqual(['dynamodb:Scan']);
  });

  it('grants an entity store keyed reads and transactional writes, and no scan, delete or wildcard', () => {
    const { stack, table, reader } = withTable();
    table.grantEntityStore(reader);
    const actions = allowedActions(checkedTemplate(stack)).filter((action) => action !== 'kms:*');
    expect(actions).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:ConditionCheckItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
      'sts:AssumeRole',
    ]);
  });

  it('grants readers the key through DynamoDB only', () => {
    const { stack, table, reader } = withTable();
    table.grantRead(reader);
    const key = statements(checkedTemplate(stack).toJSON()).find(
      ({ Action }) => Array.isArray(Action) && Action.includes('kms:Decrypt'),
    );
    expect(key).toMatchObject({
      Action: ['kms:Decrypt', 'kms:DescribeKey'],
      Condition: {
        StringEquals: {
          'kms:ViaService': { 'Fn::Join': ['', ['dynamodb.', { Ref: 'AWS::Region' }, '.amazonaws.com']] },
        },
      },
    });
  });
});
