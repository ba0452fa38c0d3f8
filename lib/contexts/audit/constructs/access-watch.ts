import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import type { WatchAccessEnv } from '../../../../lambdas/audit/watch-access.contract';
import {
  type AccessRuleName,
  accessRuleNames,
  unusualAccessImpact,
  watchMetrics,
} from '../../../../lambdas/audit/watch-metrics.contract';
import type { ContextTable } from '../../../constructs/context-table';
import { DeadLetterQueue } from '../../../constructs/dead-letter-queue';
import { ImpactAlarm } from '../../../constructs/impact-alarm';
import type { OrderedStream } from '../../../constructs/ordered-stream';
import { ServiceFunction } from '../../../constructs/service-function';
import type { FindingsTopic } from './findings-topic';

export interface AccessWatchProps {
  /** Audit's own table, where the histories of actors and roles are kept. */
  readonly table: ContextTable;
  /** What takes the records. */
  readonly stream: OrderedStream;
  /** Where unusual accesses are told. */
  readonly findings: FindingsTopic;
}

/** Findings are told within a minute: of that, records may be gathered for two seconds. */
const batchingWindow = Duration.seconds(2);
const maximumLag = Duration.minutes(1);
const unwatched = 'Accesses are recorded, and nobody is told when they are unusual.';
const impacts: { readonly [Rule in AccessRuleName]: string } = {
  'mass-reads': 'the data of many customers may be leaving the shop.',
  'off-hours': 'somebody acts at hours at which this actor never does.',
  'new-country': 'somebody else may act with this actor’s token.',
  'new-action': 'a role does what it never did.',
  'self-access': 'somebody uses the rights of a role on the own data.',
  'denied-burst': 'somebody tries what is not permitted, or guesses.',
};

const inPascalCase = (name: string): string =>
  name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

/**
 * Reads the audit stream beside whoever stores it, judges each access by what its actor usually does, tells a topic what is unusual,
 * and notes which requests have a record. It stores no record and holds up nobody who does.
 */
export class AccessWatch extends Construct {
  /** Findings a minute, by rule. */
  public readonly unusual: { readonly [rule: string]: IMetric };
  /** How far it is behind, in milliseconds. */
  public readonly age: IMetric;

  constructor(scope: Construct, id: string, props: AccessWatchProps) {
    super(scope, id);
    const { table, stream, findings } = props;
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', { impact: unwatched, runbook: 'audit.md#unwatched' });
    const watch = new ServiceFunction<WatchAccessEnv>(this, 'WatchAccess', {
      entry: 'audit/watch-access',
      environment: { AUDIT_TABLE: table.tableName, FINDINGS_TOPIC_ARN: findings.topicArn },
      failureImpact: unwatched,
      // Below the time for which a finding is claimed: who holds a claim longer than that is dead.
      timeout: Duration.seconds(50),
    });
    table.grantRead(watch);
    // Nothing of chains and seals: who judges may not bend what is judged.
    table.grantWriteOf(watch, ['ACTOR#*', 'ROLE#*', 'FINDING#*', 'REQUESTS#*']);
    stream.grantReplay(watch);
    findings.grantPublish(watch);
    const source = new EventSourceMapping(this, 'Source', {
      eventSourceArn: stream.streamArn,
      target: watch.alias,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 500,
      maxBatchingWindow: batchingWindow,
      parallelizationFactor: 1,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      maxRecordAge: Duration.hours(12),
      onFailure: new SqsDlq(deadLetters.queue),
    });
    source.node.addDependency(watch.role);
    const period = Duration.minutes(1);
    this.age = watch.function.metric('IteratorAge', { period, statistic: 'Maximum' });
    const threshold = maximumLag.toMilliseconds();
    new ImpactAlarm(this, 'LagAlarm', {
      metric: this.age,
      threshold,
      impact: unwatched,
      runbook: 'audit.md#unwatched',
    });
    const metric = (metricName: string, dimensions: { readonly [name: string]: string } = {}) =>
      new Metric({
        namespace: watchMetrics.namespace,
        metricName,
        dimensionsMap: { service: 'audit', ...dimensions },
        statistic: 'Sum',
        period,
      });
    new ImpactAlarm(this, 'UnreadableAlarm', {
      metric: metric(watchMetrics.unreadableRecords),
      impact: 'Something that is no record was put to the audit stream: nobody but a function of ours may do that.',
      runbook: 'audit.md#unreadable-records',
    });
    this.unusual = Object.fromEntries(
      accessRuleNames.map((rule) => {
        const found = metric(watchMetrics.unusualAccess, { [watchMetrics.ruleDimension]: rule });
        new ImpactAlarm(this, `${inPascalCase(rule)}Alarm`, {
          metric: found,
          impact: `${unusualAccessImpact} ${impacts[rule]}`,
          runbook: `audit.md#${rule}`,
        });
        return [rule, found];
      }),
    );
  }
}
