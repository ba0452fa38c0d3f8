import { Duration } from 'aws-cdk-lib';
import { CfnAlarm, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { ImpactAlarm, type RunbookEntry } from './impact-alarm';

export interface HeartbeatAlarmProps {
  /** Namespace of the metric, for example `Tenfold/Regions`. */
  readonly namespace: string;
  /** A metric that is 1 once a minute while all is well. Whoever sends it sends 0 or nothing while it is not. */
  readonly metricName: string;
  /** Tells this heart from others. @default none */
  readonly dimensions?: { readonly [name: string]: string };
  /** Who is hurt while it does not beat: one sentence for the person whom the alarm wakes up. */
  readonly impact: string;
  /** What to do about it. */
  readonly runbook: RunbookEntry;
  /**
   * Minutes without a beat before the alarm rings. One would ring for a beat that came late: schedules fire a little early or
   * late, and a minute that lies between two beats has none. @default 3
   */
  readonly minutes?: number;
}

/**
 * Rings when a heart stops beating, and above all when nothing is heard of it any more: missing data is a failure.
 * Plain, in minutes and without extended statistics, so that a Route 53 health check can follow it (`RegionalHealth`).
 *
 * @example
 * new HeartbeatAlarm(this, 'Heartbeat', {
 *   namespace: 'Shop',
 *   metricName: 'InService',
 *   impact: 'The region is out of service.',
 *   runbook: 'regions.md#health-checks',
 * });
 */
export class HeartbeatAlarm extends Construct {
  /** The alarm's name, also for stacks in other regions: a name that CloudFormation made up is theirs to read, too. */
  public readonly alarmName: string;

  constructor(scope: Construct, id: string, props: HeartbeatAlarmProps) {
    super(scope, id);
    const { namespace, metricName, dimensions, impact, runbook, minutes = 3 } = props;
    const metric = new Metric({
      namespace,
      metricName,
      ...(dimensions && { dimensionsMap: { ...dimensions } }),
      period: Duration.minutes(1),
      statistic: Stats.MINIMUM,
    });
    const { alarm } = new ImpactAlarm(this, 'Missing', {
      metric,
      impact,
      runbook,
      ringsOnSilence: true,
      periods: minutes,
    });
    const resource = alarm.node.defaultChild;
    // Of the L1, because the L2 gives a name to another region only if it is a physical one.
    this.alarmName = resource instanceof CfnAlarm ? resource.ref : alarm.alarmName;
  }
}
