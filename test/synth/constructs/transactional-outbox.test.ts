import { Match } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { DomainTable } from '../../../lib/constructs/domain-table';
import { DomainTopic } from '../../../lib/constructs/domain-topic';
import { TransactionalOutbox } from '../../../lib/constructs/transactional-outbox';
import { allowedActions, checkedTemplate, testStack } from './synthesize';

const withOutbox = () => {
  const stack = testStack();
  const encryptionKey = new Key(stack, 'Key', { enableKeyRotation: true });
  new TransactionalOutbox(stack, 'Outbox', {
    table: new DomainTable(stack, 'Orders', { encryptionKey }),
    topic: new DomainTopic(stack, 'Events', { encryptionKey }),
    context: 'ordering',
    failureImpact: 'Orders are not processed.',
  });
  return checkedTemplate(stack);
};

describe('TransactionalOutbox', () => {
  it('lets through only new outbox rows and heartbeats that were written in this region', () => {
    const [mapping] = Object.values(withOutbox().findResources('AWS::Lambda::EventSourceMapping'));
    const filters = mapping?.['Properties'].FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) =>
      JSON.parse(Pattern),
    );
    expect(filters).toEqual([
      {
        eventName: ['INSERT'],
        dynamodb: { NewImage: { itemType: { S: ['OUTBOX'] }, originRegion: { S: ['eu-west-1'] } } },
      },
      {
        eventName: ['INSERT', 'MODIFY'],
        dynamodb: { NewImage: { itemType: { S: ['HEARTBEAT'] }, originRegion: { S: ['eu-west-1'] } } },
      },
    ]);
  });

  it('reads the stream from its start, one reader per shard, and comes back to the first row that failed', () => {
    withOutbox().hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Orders'), 'StreamArn'] },
      FunctionName: { 'Fn::Join': ['', Match.arrayWith([':live'])] },
      StartingPosition: 'TRIM_HORIZON',
      ParallelizationFactor: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
    });
  });

  it('gives up on a row after a bounded time and keeps its position', () => {
    withOutbox().hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      MaximumRetryAttempts: Match.absent(),
      MaximumRecordAgeInSeconds: 12 * 3600,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^OutboxDeadLetters'), 'Arn'] } },
      },
    });
  });

  it('tells the relay its table, its topic and its context', () => {
    withOutbox().hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          CONTEXT: 'ordering',
          TABLE_NAME: { Ref: Match.stringLikeRegexp('^Orders') },
          TOPIC_ARN: { Ref: Match.stringLikeRegexp('^Events') },
          POWERTOOLS_SERVICE_NAME: 'ordering',
        },
      },
    });
  });

  it('grants the relay to read the stream, to park and to publish, and no wildcard', () => {
    const actions = allowedActions(withOutbox()).filter((action) => action !== 'kms:*');
    expect(actions).toEqual(
      expect.arrayContaining(['dynamodb:GetRecords', 'dynamodb:UpdateItem', 'sns:Publish', 'sqs:SendMessage']),
    );
    expect(actions.filter((action) => action.includes('*') || action.includes('Delete'))).toEqual([]);
  });

  it('sends a heartbeat through the stream, and rings when none arrives: also when nobody writes anything else', () => {
    const template = withOutbox();
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(5 minutes)',
      Targets: [Match.objectLike({ Input: '{"heartbeat":true}' })],
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'IteratorAge',
      Statistic: 'SampleCount',
      Period: 300,
      EvaluationPeriods: 3,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
      AlarmDescription: 'Orders are not processed. Runbook: docs/runbooks/outbox.md#silence',
    });
  });

  it.each([
    ['IteratorAge', 60_000, 'outbox.md#lag'],
    ['RowsParked', 1, 'outbox.md#parked-rows'],
    ['ApproximateNumberOfMessagesVisible', 1, 'outbox.md#dead-letters'],
  ])('rings on %s', (metric, threshold, runbook) => {
    withOutbox().hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: metric,
      Threshold: threshold,
      AlarmDescription: `Orders are not processed. Runbook: docs/runbooks/${runbook}`,
    });
  });
});
