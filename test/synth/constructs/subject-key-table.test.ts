import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { setServiceDefaults } from '../../../lib/constructs/service-defaults';
import { SubjectKeyTable } from '../../../lib/constructs/subject-key-table';

const peer = { region: 'us-east-1', keyArn: 'arn:aws:kms:us-east-1:123456789012:key/mrk-1' };

const setUp = (replicas: readonly (typeof peer)[] | 'elsewhere' = [peer]) => {
  const stack = new Stack(undefined, 'Privacy', { env: { region: 'sa-east-1', account: '123456789012' } });
  setServiceDefaults(stack, { removalPolicy: RemovalPolicy.RETAIN });
  const [encryptionKey, wrappingKey] = [new Key(stack, 'Data'), new Key(stack, 'Wrapping')];
  const tableName = 'shop-subject-keys';
  const tokenSecret = new Secret(stack, 'Tokens');
  const keys = new SubjectKeyTable(stack, 'Keys', { tableName, encryptionKey, wrappingKey, tokenSecret, replicas });
  const role = (id: string) => new Role(stack, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  return { stack, keys, role };
};

const statements = (stack: Stack): readonly { readonly Action: string | string[]; readonly Condition: object }[] =>
  Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement,
  );
const actionsOf = (stack: Stack) => statements(stack).flatMap(({ Action }) => Action);

it('keeps what is deleted nowhere: no point-in-time recovery in any region, no time to live', () => {
  const { stack } = setUp();

  const [table] = Object.values(Template.fromStack(stack).findResources('AWS::DynamoDB::GlobalTable'));
  expect(table?.['DeletionPolicy']).toBe('Retain');
  expect(table?.['Properties'].Replicas).toHaveLength(2);
  expect(JSON.stringify(table)).not.toMatch(/"PointInTimeRecoveryEnabled":true|TimeToLive/);
  expect(JSON.stringify(table)).toContain('"DeletionProtectionEnabled":true');
});

it('makes no table where another region makes it, and knows it by its name', () => {
  const { stack, keys } = setUp('elsewhere');

  Template.fromStack(stack).resourceCountIs('AWS::DynamoDB::GlobalTable', 0);
  expect(keys.environment.SUBJECT_KEYS_TABLE).toBe('shop-subject-keys');
});

it('lets who opens read and unwrap keys, and make or delete none', () => {
  const { stack, keys, role } = setUp();

  keys.grantOpen(role('Opener'));

  expect(actionsOf(stack)).toEqual([
    ...['secretsmanager:GetSecretValue', 'dynamodb:Query'],
    ...['kms:Decrypt', 'kms:DescribeKey', 'kms:Decrypt'],
  ]);
});

it('lets who seals make keys, and delete none', () => {
  const { stack, keys, role } = setUp();

  keys.grantSeal(role('Sealer'));

  expect(actionsOf(stack)).toEqual(expect.arrayContaining(['dynamodb:PutItem', 'kms:GenerateDataKey']));
  expect(actionsOf(stack)).not.toContain('dynamodb:DeleteItem');
});

it('lets who erases delete keys in every region, and unwrap none', () => {
  const { stack, keys, role } = setUp();

  keys.grantErase(role('Eraser'), [peer]);

  const deleting = statements(stack).filter(({ Action }) => Action.includes('dynamodb:DeleteItem'));
  expect(JSON.stringify(deleting)).toContain(':us-east-1:123456789012:table/shop-subject-keys');
  expect(deleting).toHaveLength(2);
  for (const { Condition } of deleting)
    expect(Condition).toEqual({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['subject/*'] } });
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.not(
        Match.arrayWith([Match.objectLike({ Condition: { StringEqualsIfExists: Match.anyValue() } })]),
      ),
    },
  });
});
