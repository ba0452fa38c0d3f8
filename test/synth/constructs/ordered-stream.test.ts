import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { OrderedStream, type OrderedStreamProps } from '../../../lib/constructs/ordered-stream';
import { allowedActions, checkedTemplate, statements, testStack } from './synthesize';

const withStream = (props: Partial<OrderedStreamProps> = {}, removalPolicy = RemovalPolicy.DESTROY) => {
  const stack = testStack({ removalPolicy });
  const encryptionKey = new Key(stack, 'Key', { enableKeyRotation: true });
  const stream = new OrderedStream(stack, 'Visits', { shards: 3, encryptionKey, ...props });
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  return { stack, stream, role };
};
const templateOf = (...props: Parameters<typeof withStream>) => checkedTemplate(withStream(...props).stack);

describe('OrderedStream', () => {
  it.each([
    [3, { ShardCount: 3, StreamModeDetails: { StreamMode: 'PROVISIONED' } }],
    ['one', { ShardCount: 1, StreamModeDetails: { StreamMode: 'PROVISIONED' } }],
    ['on-demand', { StreamModeDetails: { StreamMode: 'ON_DEMAND' } }],
  ] as const)('has its lanes as code: %p', (shards, expected) => {
    templateOf({ shards }).hasResourceProperties('AWS::Kinesis::Stream', expected);
  });

  it.each([0, 1.5, -1])('refuses %p lanes', (shards) => {
    expect(() => withStream({ shards })).toThrow(
      `shards of Test/Visits is ${shards}, expected a whole number of at least 1`,
    );
  });

  it('keeps events for a week, encrypted with the given key', () => {
    templateOf().hasResourceProperties('AWS::Kinesis::Stream', {
      RetentionPeriodHours: 168,
      StreamEncryption: { EncryptionType: 'KMS', KeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] } },
    });
    templateOf({ retention: Duration.days(30) }).hasResourceProperties('AWS::Kinesis::Stream', {
      RetentionPeriodHours: 720,
    });
  });

  it('is retained where data is', () => {
    templateOf({}, RemovalPolicy.RETAIN).hasResource('AWS::Kinesis::Stream', { DeletionPolicy: 'Retain' });
  });

  it('lets a producer append and not read', () => {
    const { stack, stream, role } = withStream();
    stream.grantAppend(role);
    const template = checkedTemplate(stack);
    expect(allowedActions(template).filter((action) => action !== 'kms:*' && action !== 'sts:AssumeRole')).toEqual([
      'kinesis:PutRecords',
      'kms:GenerateDataKey',
    ]);
  });

  it('lets a consumer read and not append, with the key through Kinesis only', () => {
    const { stack, stream, role } = withStream();
    stream.grantReplay(role);
    const template = checkedTemplate(stack);
    expect(allowedActions(template).filter((action) => action !== 'kms:*' && action !== 'sts:AssumeRole')).toEqual([
      'kinesis:DescribeStream',
      'kinesis:DescribeStreamSummary',
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:ListShards',
      'kms:Decrypt',
    ]);
    const decrypts = statements(template.toJSON()).filter(({ Action }) => Action === 'kms:Decrypt');
    expect(JSON.stringify(decrypts)).toContain('"kms:ViaService"');
  });
});
