import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { heartbeatItemType, heartbeatRequest, type RelayOutboxEnv } from '../../lambdas/shared/relay-outbox.contract';
import type { ContextTable } from './context-table';
import { DeadLetterQueue } from './dead-letter-queue';
import type { DomainTopic } from './domain-topic';
import { ImpactAlarm } from './impact-alarm';
import { ServiceFunction } from './service-function';

export interface TransactionalOutboxProps {
  /** The table whose transactions write outbox rows beside the change they tell of. */
  readonly table: ContextTable;
  /** Where the events go. */
  readonly topic: DomainTopic;
  /** The context whose events these are, for example `ordering`: lower-case letters. */
  readonly context: string;
  /** Who is hurt, and how, while events are late: one sentence for the person whom the alarm wakes up. */
  readonly failureImpact: string;
  /** Rows read at once. @default 100 */
  readonly batchSize?: number;
  /** The lag from which on the alarm rings. @default Duration.minutes(1) */
  readonly maximumLag?: Duration;
}

/** How often an item goes through the stream for no other reason than to be seen on the other side. */
const beatInterval = Duration.minutes(5);

/**
 * Publishes what a context's transactions have written into its outbox: at least once, in order per entity, and never what was not committed.
 *
 * A relay reads the table's stream and publishes each new outbox row to the topic (group = entity, deduplication id = event id):
 * - *replicas*: a replicated row shows up in the stream of every region; the mapping's filter lets only rows of this region
 *   (`originRegion`) through, before they cost an invocation;
 * - *a row that cannot be published*: the relay parks its entity (an item in the table) and goes on; an outage is retried from the first row
 *   that failed, in halves and however often; what fails for six hours parks its entity, and a relay that does not run gives up after twelve;
 * - *the last resort*: what fails even so leaves its position in the dead-letter queue. The rows themselves stay in the table for seven days;
 * - *a relay that is not called at all*: every five minutes a heartbeat is written into the table, and an alarm rings when none comes out of the
 *   stream for a quarter of an hour, however little else is written;
 * - *an evacuated region*: its successor's relay, invoked with `{ takeOver }`, reads the table for what that region may not have published.
 *
 * One reader per shard and one mapping per table: a global table's stream bears no second one. Rows are swept by TTL and never deleted.
 *
 * @example
 * new TransactionalOutbox(this, 'Outbox', {
 *   table: orders,
 *   topic,
 *   context: 'ordering',
 *   failureImpact: 'Orders are accepted and not processed.',
 * });
 */
export class TransactionalOutbox extends Construct {
  /** The function that publishes; invoked directly with `{ redriveCase }` it publishes a parked entity's rows, with `{ discardMessage }` it gives one up, with `{ takeOver }` it publishes an evacuated region's. */
  public readonly relay: ServiceFunction<RelayOutboxEnv>;
  /** Positions in the stream that could be neither published nor parked. */
  public readonly deadLetterQueue: IQueue;

  constructor(scope: Construct, id: string, props: TransactionalOutboxProps) {
    super(scope, id);
    const { table, topic, context, failureImpact, batchSize = 100 } = props;
    const deadLetters = { impact: failureImpact, runbook: 'outbox.md#dead-letters' } as const;
    this.deadLetterQueue = new DeadLetterQueue(this, 'DeadLetters', deadLetters).queue;
    this.relay = new ServiceFunction<RelayOutboxEnv>(this, 'Relay', {
      entry: 'shared/relay-outbox',
      serviceName: context,
      environment: { CONTEXT: context, TABLE_NAME: table.tableName, TOPIC_ARN: topic.topicArn },
      failureImpact,
      timeout: Duration.seconds(30),
    });
    table.grantEntityStore(this.relay);
    table.grantStream(this.relay);
    table.grantScan(this.relay);
    topic.grantPublish(this.relay);
    this.follow(table.streamArn, batchSize).node.addDependency(this.grantListStreams());
    this.beat();
    this.alarms(props);
  }

  private beat(): void {
    const event = RuleTargetInput.fromObject(heartbeatRequest);
    // A beat that fails is no harm: the alarm asks for one in three.
    const targets = [new LambdaFunction(this.relay.alias, { event, retryAttempts: 0 })];
    const rule = new Rule(this, 'Heartbeats', { schedule: Schedule.rate(beatInterval), targets });
    Validations.of(rule).acknowledge({
      id: 'Serverless::Serverless-EventBusDLQ',
      reason: 'Nobody would send a heartbeat of the past again; the alarm tells that beats are missing.',
    });
  }

  private follow(streamArn: string, batchSize: number): EventSourceMapping {
    const { region } = Stack.of(this);
    return new EventSourceMapping(this, 'Source', {
      eventSourceArn: streamArn,
      target: this.relay.alias,
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [
        FilterCriteria.filter({
          eventName: ['INSERT'],
          dynamodb: { NewImage: { itemType: { S: ['OUTBOX'] }, originRegion: { S: [region] } } },
        }),
        FilterCriteria.filter({
          eventName: ['INSERT', 'MODIFY'],
          dynamodb: { NewImage: { itemType: { S: [heartbeatItemType] }, originRegion: { S: [region] } } },
        }),
      ],
      batchSize,
      parallelizationFactor: 1,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      maxRecordAge: Duration.hours(12),
      onFailure: new SqsDlq(this.deadLetterQueue),
    });
  }

  // Kept apart from the relay's other grants, so that the acknowledgement covers nothing else.
  private grantListStreams(): Policy {
    const statement = new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] });
    const policy = new Policy(this, 'ListStreams', { statements: [statement], roles: [this.relay.role] });
    Validations.of(policy).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: "Lambda lists streams to find the table's; DynamoDB offers no resource-level permissions for it.",
    });
    return policy;
  }

  private alarms({ failureImpact: impact, context, maximumLag = Duration.minutes(1) }: TransactionalOutboxProps): void {
    const period = Duration.minutes(1);
    const age = this.relay.function.metric('IteratorAge', { period, statistic: 'Maximum' });
    const threshold = maximumLag.toMilliseconds();
    new ImpactAlarm(this, 'LagAlarm', { metric: age, threshold, impact, runbook: 'outbox.md#lag' });
    // A mapping that is disabled, or may not read the stream, invokes nobody: it has no age and no error, it is only silent.
    const beats = this.relay.function.metric('IteratorAge', { period: beatInterval, statistic: 'SampleCount' });
    const silence = { ringsOnSilence: true, periods: 3, impact, runbook: 'outbox.md#silence' } as const;
    new ImpactAlarm(this, 'SilenceAlarm', { metric: beats, ...silence });
    const parked = new Metric({
      namespace: 'Tenfold',
      metricName: 'RowsParked',
      dimensionsMap: { service: context },
      statistic: 'Sum',
      period,
    });
    new ImpactAlarm(this, 'ParkedAlarm', { metric: parked, impact, runbook: 'outbox.md#parked-rows' });
  }
}
