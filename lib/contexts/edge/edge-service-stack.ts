import { Names, Stack, type StackProps } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSamplingRule } from 'aws-cdk-lib/aws-xray';
import type { Construct } from 'constructs';
import type { CheckHealthEnv } from '../../../lambdas/edge/check-health.contract';
import type { SchemaUse } from '../../../lambdas/shared/schema-use.contract';
import type { ContextTable } from '../../constructs/context-table';
import type { DomainTopic } from '../../constructs/domain-topic';
import { HeartbeatAlarm } from '../../constructs/heartbeat-alarm';
import { ProgressiveFunction, type VersionRelease } from '../../constructs/progressive-function';

export interface EdgeServiceStackProps extends StackProps {
  /** This region's table of each context, by context. */
  readonly tables: { readonly [context: string]: ContextTable };
  readonly events: DomainTopic;
  /** Which versions of each kind's stored form the release reads and writes. */
  readonly entitySchemas: { readonly [kind: string]: SchemaUse };
  /** How new versions of what answers the API come to their traffic. */
  readonly release: VersionRelease;
}

/** What a region says of itself: whether it should be asked at all. */
export class EdgeServiceStack extends Stack {
  /** The functions that answer the API, by the contract's `operationId`. */
  public readonly api: { readonly checkHealth: IFunction };
  /** Name of the alarm that rings when the region's lease keeper has fallen silent. */
  public readonly heartbeatAlarmName: string;

  constructor(scope: Construct, id: string, props: EdgeServiceStackProps) {
    super(scope, id, props);
    this.api = { checkHealth: this.checkHealth(props) };
    this.heartbeatAlarmName = new HeartbeatAlarm(this, 'Heartbeat', {
      namespace: 'Tenfold/Regions',
      metricName: 'RegionInService',
      dimensions: { region: this.region },
      impact: 'The region does not say that it is in service: its customers are served by another one.',
      runbook: 'regions.md#health-checks',
    }).alarmName;
  }

  private checkHealth({ tables, events, entitySchemas, release }: EdgeServiceStackProps): IFunction {
    const names = Object.entries(tables).map(([context, table]) => [context, table.tableName]);
    const checkHealth = new ProgressiveFunction<CheckHealthEnv>(this, 'CheckHealth', {
      release,
      operation: 'checkHealth',
      entry: 'edge/check-health',
      environment: {
        CONTEXT_TABLES: this.toJsonString(Object.fromEntries(names)),
        ENTITY_SCHEMAS: JSON.stringify(entitySchemas),
        EVENTS_TOPIC_ARN: events.topicArn,
        POWERTOOLS_LOG_LEVEL: 'WARN',
      },
      failureImpact: 'The region looks unhealthy: its customers are served by another one.',
    });
    for (const table of Object.values(tables)) table.grantRegionStanding(checkHealth);
    events.grantLookUp(checkHealth);
    // Health checkers ask more often than customers: they would use up what X-Ray samples a second, at 5 USD a million traces.
    new CfnSamplingRule(this, 'HealthIsNotTraced', {
      samplingRule: {
        version: 1,
        ruleName: Names.uniqueResourceName(this, { maxLength: 32, separator: '-' }),
        priority: 100,
        fixedRate: 0,
        reservoirSize: 0,
        httpMethod: 'GET',
        urlPath: '*/health',
        host: '*',
        serviceName: '*',
        serviceType: '*',
        resourceArn: '*',
      },
    });
    return checkHealth.alias;
  }
}
