import { Duration } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { DomainTopic } from '../../../lib/constructs/domain-topic';
import {
  type ConsumerEnvironment,
  ExactlyOnceConsumer,
  type ExactlyOnceConsumerProps,
} from '../../../lib/constructs/exactly-once-consumer';
import { allowedActions, checkedTemplate, testStack } from './synthesize';

interface ChargeEnv extends ConsumerEnvironment {
  readonly AWS_REGION: string;
  readonly TABLE: string;
}

const charge: ExactlyOnceConsumerProps<ChargeEnv> = {
  entry: 'payments/charge-payment',
  environment: { TABLE: 'table' },
  consumer: 'payments.charge',
  failureImpact: 'Customers are not charged.',
};

const withConsumer = (props: Partial<ExactlyOnceConsumerProps<ChargeEnv>> = {}, subscribed = false) => {
  const stack = testStack();
  const encryptionKey = new Key(stack, 'Key', { enableKeyRotation: true });
  const topic = subscribed ? new DomainTopic(stack, 'Events', { encryptionKey }) : undefined;
  const subscription = topic && { topic, types: ['ordering.OrderPlaced.v1'] };
  new ExactlyOnceConsumer<ChargeEnv>(stack, 'Charges', { ...charge, ...(subscription && { subscription }), ...props });
  return checkedTemplate(stack);
};

describe('ExactlyOnceConsumer', () => {
  it('orders, deduplicates and throttles per group, hides a batch for six timeouts, and gives up late', () => {
    withConsumer({ timeout: Duration.seconds(20), attempts: 4 }).hasResourceProperties('AWS::SQS::Queue', {
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      ContentBasedDeduplication: Match.absent(),
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 120,
      MessageRetentionPeriod: 4 * 86_400,
      RedrivePolicy: Match.objectLike({ maxReceiveCount: 40 }),
    });
  });

  it('keeps dead letters for fourteen days', () => {
    withConsumer().hasResourceProperties('AWS::SQS::Queue', {
      FifoQueue: true,
      MessageRetentionPeriod: 14 * 86_400,
      RedrivePolicy: Match.absent(),
    });
  });

  it('refuses any caller without TLS, on both queues', () => {
    const policies = Object.values(withConsumer().findResources('AWS::SQS::QueuePolicy'));
    expect(policies).toHaveLength(2);
    for (const policy of policies) {
      expect(policy['Properties'].PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
    }
  });

  it('lets its function report the messages that failed, and calls it by its alias', () => {
    withConsumer().hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      FunctionName: { 'Fn::Join': ['', Match.arrayWith([':live'])] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('tells its function who it is, when to park, and a marker lifetime beyond the longest redelivery', () => {
    const days = 7 + 4 + 14 + 4 + 14 + 1;
    withConsumer({ attempts: 3 }).hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          TABLE: 'table',
          CONSUMER: 'payments.charge',
          ATTEMPTS: '3',
          QUEUE_URL: { Ref: Match.stringLikeRegexp('^ChargesQueue') },
          INBOX_RETENTION_SECONDS: String(days * 86_400),
        }),
      },
    });
  });

  it('lengthens the marker lifetime with the queue that it must outlive', () => {
    const days = 7 + 14 + 14 + 14 + 30 + 1;
    withConsumer({
      queueRetention: Duration.days(14),
      operatorAllowance: Duration.days(30),
    }).hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ INBOX_RETENTION_SECONDS: String(days * 86_400) }) },
    });
  });

  it('hears only of the event types it names, raw, and keeps what the topic cannot deliver', () => {
    withConsumer({}, true).hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'sqs',
      RawMessageDelivery: true,
      FilterPolicy: { type: ['ordering.OrderPlaced.v1'] },
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ChargesDeadLetters'), 'Arn'] } },
    });
  });

  it('counts what its own function has parked, from the log', () => {
    withConsumer().hasResourceProperties('AWS::Logs::MetricFilter', {
      LogGroupName: { Ref: Match.stringLikeRegexp('^ChargesFunctionLogs') },
      FilterPattern: '{ ($.message = "message parked") && ($.consumer = "payments.charge") }',
      MetricTransformations: [
        {
          MetricNamespace: 'Tenfold',
          MetricName: 'ParkedMessages',
          MetricValue: '1',
          Dimensions: [{ Key: 'consumer', Value: '$.consumer' }],
        },
      ],
    });
  });

  it.each([
    ['ApproximateNumberOfMessagesVisible', 1, 'consumers.md#dead-letters'],
    ['ApproximateAgeOfOldestMessage', 600, 'consumers.md#late-messages'],
    ['ParkedMessages', 1, 'consumers.md#parked-cases'],
  ])('rings on %s', (metric, threshold, runbook) => {
    withConsumer().hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: metric,
      Threshold: threshold,
      AlarmDescription: `Customers are not charged. Runbook: docs/runbooks/${runbook}`,
    });
  });

  it('grants its function to consume, and no wildcard', () => {
    const actions = allowedActions(withConsumer()).filter((action) => action !== 'kms:*');
    expect(actions.filter((action) => action.startsWith('sqs:'))).toEqual([
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:ReceiveMessage',
    ]);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });
});
