import { Match } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { DomainTopic } from '../../../lib/constructs/domain-topic';
import { allowedActions, checkedTemplate, testStack } from './synthesize';

const withTopic = () => {
  const stack = testStack();
  const encryptionKey = new Key(stack, 'Key', { enableKeyRotation: true });
  const publisher = new Role(stack, 'Publisher', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  new DomainTopic(stack, 'Events', { encryptionKey }).grantPublish(publisher);
  return checkedTemplate(stack);
};

describe('DomainTopic', () => {
  it('orders and deduplicates per group by the ids of its publishers, encrypted with the given key', () => {
    withTopic().hasResourceProperties('AWS::SNS::Topic', {
      FifoTopic: true,
      ContentBasedDeduplication: false,
      FifoThroughputScope: 'MessageGroup',
      KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] },
    });
  });

  it('refuses publishers without TLS', () => {
    withTopic().hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Effect: 'Deny',
            Action: 'sns:Publish',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ],
      },
    });
  });

  it('grants publishing with the use of its key, by whole action names', () => {
    expect(allowedActions(withTopic()).filter((action) => action !== 'kms:*')).toEqual([
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'sns:Publish',
      'sts:AssumeRole',
    ]);
  });
});
