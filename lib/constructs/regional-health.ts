import { Duration, Tags } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import {
  HealthCheck,
  HealthCheckType,
  type IHealthCheck,
  InsufficientDataHealthStatusEnum,
} from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { ImpactAlarm, type RunbookEntry } from './impact-alarm';

export interface RegionalHealthProps {
  /** The region that is watched. */
  readonly region: string;
  /**
   * Host name at which this region, and no other, answers. Not the name of a record that this health decides about: what
   * Route 53 answers would then depend on itself.
   */
  readonly hostName: string;
  /** What is asked for; 2xx and 3xx within two seconds is healthy. @default /health */
  readonly path?: string;
  /** Name of an alarm in the region that rings when its sign of life stops; see `HeartbeatAlarm`. */
  readonly heartbeatAlarmName: string;
  /** Who is hurt while the region is unhealthy: one sentence for the person whom the alarm wakes up. */
  readonly impact: string;
  /** What to do about it. */
  readonly runbook: RunbookEntry;
}

/**
 * Whether a region may get traffic, as Route 53 sees it: it answers from outside, *and* its heart beats.
 *
 * - **Endpoint**: HTTPS with SNI, every 10 seconds from each of at least 16 checkers, unhealthy after two failures in a row. This one
 *   is fast: it decides within about 20 seconds, to which the records' TTL is added.
 * - **Heartbeat**: follows the alarm's data. Insufficient data is unhealthy; by default it would be the last known status, and a
 *   region that fell silent would stay healthy for ever.
 * - **Calculated**: healthy while both are. Records use this one.
 *
 * Belongs into a stack in us-east-1, where alone Route 53 keeps its metrics. Costs (list price, a month): 0.50 USD a check, for the
 * endpoint 3 USD more (HTTPS, fast interval, latency), and some four million requests to the path.
 *
 * @example
 * const { check } = new RegionalHealth(this, 'SaoPaulo', {
 *   region: 'sa-east-1',
 *   hostName: 'sa-east-1.api.shop.example.com',
 *   heartbeatAlarmName: heartbeat.alarmName,
 *   impact: 'South America is served from another continent.',
 *   runbook: 'regions.md#health-checks',
 * });
 */
export class RegionalHealth extends Construct {
  /** What records are given. */
  public readonly check: IHealthCheck;

  constructor(scope: Construct, id: string, props: RegionalHealthProps) {
    super(scope, id);
    const { region, hostName, path = '/health', heartbeatAlarmName, impact, runbook } = props;
    const endpoint = new HealthCheck(this, 'Endpoint', {
      type: HealthCheckType.HTTPS,
      fqdn: hostName,
      port: 443,
      resourcePath: path,
      enableSNI: true,
      requestInterval: Duration.seconds(10),
      failureThreshold: 2,
      measureLatency: true,
    });
    const beats = new HealthCheck(this, 'Heartbeat', {
      type: HealthCheckType.CLOUDWATCH_METRIC,
      alarmIdentifier: { name: heartbeatAlarmName, region },
      insufficientDataHealthStatus: InsufficientDataHealthStatusEnum.UNHEALTHY,
    });
    const both = new HealthCheck(this, 'Both', {
      type: HealthCheckType.CALCULATED,
      childHealthChecks: [endpoint, beats],
      healthThreshold: 2,
    });
    Tags.of(endpoint).add('Name', `${region}: endpoint`);
    Tags.of(beats).add('Name', `${region}: heartbeat`);
    Tags.of(both).add('Name', `${region}: in service`);
    const metric = new Metric({
      namespace: 'AWS/Route53',
      metricName: 'HealthCheckStatus',
      dimensionsMap: { HealthCheckId: both.healthCheckId },
      period: Duration.minutes(1),
      statistic: Stats.MINIMUM,
    });
    new ImpactAlarm(this, 'OutOfService', { metric, impact, runbook, ringsOnSilence: true });
    this.check = both;
  }
}
