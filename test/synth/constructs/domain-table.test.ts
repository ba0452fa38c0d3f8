import { RemovalPolicy } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { DomainTable } from '../../../lib/constructs/domain-table';
import { allowedActions, checkedTemplate, statements, testStack } from './synthesize';

const withTable = (removalPolicy = RemovalPolicy.DESTROY) => {
  const stack = testStack({ removalPolicy });
  const encryptionKey = new Key(stack, 'Key', { enableKeyRotation: true });
  const table = new DomainTable(stack, 'Orders', { encryptionKey });
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
