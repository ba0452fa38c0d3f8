import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { CheckCompletenessEnv } from '../../../../lambdas/audit/check-completeness.contract';
import { watchMetrics } from '../../../../lambdas/audit/watch-metrics.contract';
import type { ContextTable } from '../../../constructs/context-table';
import { DeadLetterQueue } from '../../../constructs/dead-letter-queue';
import { HeartbeatAlarm } from '../../../constructs/heartbeat-alarm';
import { ImpactAlarm } from '../../../constructs/impact-alarm';
import { ServiceFunction } from '../../../constructs/service-function';

export interface CompletenessCheckProps {
  /** Audit's own table, where it is noted which requests have a record. */
  readonly table: ContextTable;
  /** Where the gateway logs every request. */
  readonly accessLogs: ILogGroup;
  /** Routes whose accesses are recorded, each `<METHOD> <path>`. */
  readonly auditedRoutes: readonly string[];
}

const unchecked = 'Nobody is told when accesses are not recorded.';

/** Compares every minute which requests the gateway let through with which of them have a record, and rings for each that has none. */
export class CompletenessCheck extends Construct {
  /** Requests without a record, a minute. */
  public readonly missing: IMetric;

  constructor(scope: Construct, id: string, props: CompletenessCheckProps) {
    super(scope, id);
    const { table, accessLogs, auditedRoutes } = props;
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', { impact: unchecked, runbook: 'audit.md#unchecked' });
    const check = new ServiceFunction<CheckCompletenessEnv>(this, 'CheckCompleteness', {
      entry: 'audit/check-completeness',
      environment: {
        AUDIT_TABLE: table.tableName,
        ACCESS_LOG_GROUP: accessLogs.logGroupName,
        AUDITED_ROUTES: JSON.stringify(auditedRoutes),
      },
      failureImpact: unchecked,
      timeout: Duration.seconds(55),
      deadLetterQueue: deadLetters.queue,
    });
    table.grantRead(check);
    table.grantWriteOf(check, ['COMPARED#*']);
    const { logGroupName: resourceName, logGroupArn } = accessLogs;
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    // The group is named with its streams (`:*`) in some of AWS's documents and without in others.
    const group = Stack.of(this).formatArn({ service: 'logs', resource: 'log-group', resourceName, arnFormat });
    const [actions, resources] = [['logs:FilterLogEvents'], [group, logGroupArn]];
    check.role.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
    const event = RuleTargetInput.fromObject({});
    // A run that fails is made up for by the next one, which begins where the last good one ended.
    const targets = [new LambdaFunction(check.alias, { event, retryAttempts: 0, deadLetterQueue: deadLetters.queue })];
    new Rule(this, 'Schedule', { schedule: Schedule.rate(Duration.minutes(1)), targets });
    const { namespace, recordsMissing, minutesCompared } = watchMetrics;
    const dimensions = { service: 'audit' };
    this.missing = new Metric({
      namespace,
      metricName: recordsMissing,
      dimensionsMap: dimensions,
      statistic: 'Sum',
      period: Duration.minutes(1),
    });
    new ImpactAlarm(this, 'MissingAlarm', {
      metric: this.missing,
      impact: 'Somebody was shown personal data, and there is no record of it.',
      runbook: 'audit.md#records-missing',
    });
    new HeartbeatAlarm(this, 'Compared', {
      namespace,
      metricName: minutesCompared,
      dimensions,
      impact: unchecked,
      runbook: 'audit.md#unchecked',
      minutes: 5,
    });
  }
}
