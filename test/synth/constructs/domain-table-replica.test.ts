import { Match } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DomainTableReplica } from '../../../lib/constructs/domain-table-replica';
import { allowedActions, checkedTemplate, statements, testStack } from './synthesize';

const tableName = 'shop-orders';
const lookUp = Match.stringLikeRegexp('^OrdersLookUp');

const withReplica = () => {
  const stack = testStack({ logRetention: RetentionDays.ONE_WEEK });
  const encryptionKey = new Key(stack, 'Key', { enableKeyRotation: true });
  const table = new DomainTableReplica(stack, 'Orders', { tableName, encryptionKey });
  const reader = new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  return { stack, table, reader };
};

describe('DomainTableReplica', () => {
  it('makes no table, and looks its own up by name when it is deployed', () => {
    const template = checkedTemplate(withReplica().stack);
    template.resourceCountIs('AWS::DynamoDB::GlobalTable', 0);
    const [found] = Object.values(template.findResources('Custom::AWS'));
    const call = {
      action: 'DescribeTable',
      parameters: { TableName: tableName },
      physicalResourceId: { id: tableName },
    };
    expect(JSON.parse(found?.['Properties'].Create)).toMatchObject(call);
    expect(JSON.parse(found?.['Properties'].Update)).toMatchObject(call);
  });

  it('may describe this one table, and its log is forgotten as all others are', () => {
    const template = checkedTemplate(withReplica().stack);
    expect(statements(template.toJSON()).filter(({ Action }) => String(Action).startsWith('dynamodb:'))).toEqual([
      {
        Action: 'dynamodb:DescribeTable',
        Effect: 'Allow',
        Resource: `arn:aws:dynamodb:eu-west-1:111111111111:table/${tableName}`,
      },
    ]);
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
    template.hasResourceProperties('AWS::Lambda::Function', {
      LoggingConfig: { LogGroup: { Ref: Match.stringLikeRegexp('^OrdersLookUpLogs') } },
    });
  });

  it('grants what it has found: the same actions as the table itself', () => {
    const { stack, table, reader } = withReplica();
    table.grantStream(reader);
    table.grantRead(reader);
    const template = checkedTemplate(stack);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
            Resource: { 'Fn::GetAtt': [lookUp, 'Table.LatestStreamArn'] },
          }),
          Match.objectLike({
            Action: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
            Resource: { 'Fn::GetAtt': [lookUp, 'Table.TableArn'] },
          }),
        ]),
      },
    });
    expect(allowedActions(template).filter((action) => action !== 'kms:*' && action.includes('*'))).toEqual([]);
  });

  it('finds two tables in one stack', () => {
    const { stack } = withReplica();
    const encryptionKey = new Key(stack, 'OtherKey', { enableKeyRotation: true });
    new DomainTableReplica(stack, 'Invoices', { tableName: 'shop-invoices', encryptionKey });
    const template = checkedTemplate(stack);
    const [fn] = Object.values(template.findResources('AWS::Lambda::Function'));
    const role = { Ref: fn?.['Properties'].Role['Fn::GetAtt'][0] };
    for (const name of [tableName, 'shop-invoices']) {
      template.hasResourceProperties('AWS::IAM::Policy', {
        PolicyDocument: { Statement: [Match.objectLike({ Resource: Match.stringLikeRegexp(`table/${name}$`) })] },
        Roles: [role],
      });
    }
  });
});
