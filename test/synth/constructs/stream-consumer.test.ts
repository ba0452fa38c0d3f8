import { Match } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { DomainTable } from '../../../lib/constructs/domain-table';
import { FailureBucket } from '../../../lib/constructs/failure-bucket';
import { OrderedStream } from '../../../lib/constructs/ordered-stream';
import {
  type KafkaSource,
  StreamConsumer,
  type StreamConsumerEnvironment,
  type StreamConsumerProps,
} from '../../../lib/constructs/stream-consumer';
import { allowedActions, checkedTemplate, statements, testStack } from './synthesize';

interface Env extends StreamConsumerEnvironment {
  readonly AWS_REGION: string;
  readonly VISITS_TABLE: string;
}
type Options = Partial<Omit<StreamConsumerProps<Env>, 'source'>> & {
  readonly kafka?: KafkaSource;
  readonly shards?: number | 'one';
};

const clusterArn = 'arn:aws:kafka:eu-west-1:111111111111:cluster/visits/0a1b2c3d-1';

const withConsumer = ({ kafka, shards = 2, ...props }: Options = {}) => {
  const stack = testStack();
  const encryptionKey = new Key(stack, 'Key', { enableKeyRotation: true });
  const table = new DomainTable(stack, 'Table', { encryptionKey });
  const failures = new FailureBucket(stack, 'Failed', { encryptionKey });
  new StreamConsumer<Env>(stack, 'Timeline', {
    entry: 'visits/record-timeline',
    environment: { VISITS_TABLE: table.tableName },
    consumer: 'visits.timeline',
    failureImpact: 'Nobody sees what was visited.',
    source: kafka ? { kafka } : { stream: new OrderedStream(stack, 'Visits', { shards, encryptionKey }) },
    table,
    writes: ['TIMELINE#*'],
    failures,
    ...props,
  });
  return checkedTemplate(stack);
};

describe('StreamConsumer', () => {
  it('reads the log from its start and comes back to the first record that failed', () => {
    withConsumer().hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Visits'), 'Arn'] },
      FunctionName: { 'Fn::Join': ['', Match.arrayWith([':live'])] },
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      ParallelizationFactor: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('gives up on a batch that fails as a whole after a bounded time, and keeps its records in a bucket', () => {
    withConsumer().hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 6 * 3600,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Failed'), 'Arn'] } },
      },
    });
  });

  it('tells the function who it is, which log it reads, how long a gap may stay and which regions read others', () => {
    withConsumer({ peerRegions: ['us-east-1'] }).hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          CONSUMER: 'visits.timeline',
          STREAM_ARN: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Visits'), 'Arn'] },
          GAP_PATIENCE_SECONDS: '60',
          STAGE_REGIONS: '["eu-west-1","us-east-1"]',
        },
      },
    });
  });

  it('has the function look for gaps once a minute', () => {
    withConsumer().hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 minute)',
      Targets: [Match.objectLike({ Input: '{"fillGaps":true}', RetryPolicy: { MaximumRetryAttempts: 0 } })],
    });
  });

  it.each([
    ['IteratorAge', 'AWS/Lambda', 'Maximum', 60_000, 'streams.md#lag'],
    ['OpenGaps', 'Tenfold', 'Maximum', 240, 'streams.md#gaps'],
    ['ParkedEntities', 'Tenfold', 'Sum', 1, 'streams.md#parked-entities'],
  ])('rings on %s, and says who is hurt and what to do', (MetricName, Namespace, Statistic, Threshold, runbook) => {
    withConsumer().hasResourceProperties('AWS::CloudWatch::Alarm', {
      ...{ MetricName, Namespace, Statistic, Threshold, Period: 60 },
      AlarmDescription: `Nobody sees what was visited. Runbook: docs/runbooks/${runbook}`,
    });
  });

  it('counts gaps and parked entities of this consumer from its log', () => {
    const template = withConsumer();
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      FilterPattern: '{ ($.message = "gaps open") && ($.consumer = "visits.timeline") }',
      MetricTransformations: [Match.objectLike({ MetricName: 'OpenGaps', MetricValue: '$.oldestSeconds' })],
    });
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      FilterPattern: '{ ($.message = "message parked") && ($.consumer = "visits.timeline") }',
      MetricTransformations: [Match.objectLike({ MetricName: 'ParkedEntities', MetricValue: '1' })],
    });
  });

  it('is granted to read the log, to keep positions and to store failures, and nothing with a wildcard', () => {
    const actions = allowedActions(withConsumer()).filter((action) => action !== 'kms:*');
    expect(actions).toEqual(
      expect.arrayContaining(['dynamodb:UpdateItem', 'kinesis:GetRecords', 's3:ListBucket', 's3:PutObject']),
    );
    expect(actions.filter((action) => action.includes('*') || /Delete|PutRecord/.test(action))).toEqual([]);
  });

  it('writes what is its own region’s and its own, and nothing else in the table', () => {
    const writes = statements(withConsumer().toJSON()).filter(({ Action }) =>
      [Action].flat().includes('dynamodb:PutItem'),
    );
    expect(writes).toHaveLength(1);
    expect(writes[0]?.Condition).toEqual({
      'ForAllValues:StringLike': {
        'dynamodb:LeadingKeys': [
          'POSITION#visits.timeline#eu-west-1#*',
          'CHECKPOINT#visits.timeline#eu-west-1',
          'REPLAY#visits.timeline#eu-west-1#*',
          'LOOK#visits.timeline#eu-west-1#*',
          'CONSUMER#visits.timeline',
          'TRIES#visits.timeline#*',
          'CASE#*',
          '*/TIMELINE#*',
        ],
      },
    });
  });

  it('works on several batches of a lane at a time, unless the order of all events is to be kept', () => {
    withConsumer({ parallelizationFactor: 10 }).hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      ParallelizationFactor: 10,
    });
    expect(() => withConsumer({ shards: 'one', parallelizationFactor: 2 })).toThrow(
      'parallelizationFactor of Test/Timeline is 2, expected 1: its stream keeps a global order',
    );
  });

  it('has a throughput of its own with fan-out', () => {
    const template = withConsumer({ fanOut: true });
    template.hasResourceProperties('AWS::Kinesis::StreamConsumer', {
      StreamARN: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Visits'), 'Arn'] },
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^TimelineFanOut'), 'ConsumerARN'] },
    });
    const subscribes = statements(template.toJSON()).filter(({ Action }) =>
      [Action].flat().includes('kinesis:SubscribeToShard'),
    );
    expect(subscribes.map(({ Resource }) => Resource)).toEqual([
      { 'Fn::GetAtt': [expect.stringMatching(/^TimelineFanOut/), 'ConsumerARN'] },
    ]);
  });

  describe('over Kafka', () => {
    const kafka = { clusterArn, topic: 'visits' };

    it('reads the topic with pollers of its own, which alone take partial failures', () => {
      const template = withConsumer({ kafka });
      template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
        EventSourceArn: clusterArn,
        Topics: ['visits'],
        AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: 'visits.timeline' },
        ProvisionedPollerConfig: { MinimumPollers: 1, MaximumPollers: 4 },
        StartingPosition: 'TRIM_HORIZON',
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 10,
        DestinationConfig: { OnFailure: Match.anyValue() },
        ParallelizationFactor: Match.absent(),
      });
      template.hasResourceProperties('AWS::Lambda::Function', {
        Environment: { Variables: Match.objectLike({ CONSUMER: 'visits.timeline', STREAM_ARN: Match.absent() }) },
      });
    });

    it('may read this topic in this group of this cluster, and no other', () => {
      const granted = statements(withConsumer({ kafka }).toJSON()).filter(({ Action }) =>
        [Action].flat().some((action) => action.startsWith('kafka')),
      );
      expect(granted.map(({ Resource }) => Resource)).toEqual([
        clusterArn,
        'arn:aws:kafka:eu-west-1:111111111111:topic/visits/0a1b2c3d-1/visits',
        'arn:aws:kafka:eu-west-1:111111111111:group/visits/0a1b2c3d-1/visits.timeline',
      ]);
    });

    it('rings when it is many events behind: a topic has no age', () => {
      withConsumer({ kafka }).hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName: 'OffsetLag',
        Threshold: 10_000,
      });
    });

    it.each([{ fanOut: true }, { parallelizationFactor: 2 }])('refuses %j', (option) => {
      expect(() => withConsumer({ kafka, ...option })).toThrow('neither fan-out nor a parallelization factor');
    });
  });
});
