import { Duration, Fn, Lazy, Names, Stack } from 'aws-cdk-lib';
import {
  CfnApplication,
  CfnConfigurationProfile,
  CfnDeploymentStrategy,
  CfnEnvironment,
} from 'aws-cdk-lib/aws-appconfig';
import { type IAlarm, type IMetric, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type IGrantable, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { flagsEnv } from '../../lambdas/shared/flag-set.contract';
import { flagsRefused, flagsStale } from '../../lambdas/shared/log-lines.contract';
import { ImpactAlarm, type RunbookEntry } from './impact-alarm';
import type { ServiceFunction } from './service-function';

export interface FeatureFlagsProps {
  /** JSON Schema of a configuration: draft 4, which is the one AppConfig knows. */
  readonly schema: object;
  /** Throws on a configuration that must not be deployed: says what the schema cannot. */
  readonly validator: ServiceFunction<never>;
  /** How long a gradual deployment takes to reach everybody. */
  readonly deploymentDuration: Duration;
  /** Percentage points of the readers that each step of a gradual deployment reaches more. */
  readonly growthPercent: number;
  /** How long alarms are watched after that before a deployment counts as done. */
  readonly bakeTime: Duration;
  /** How often a function asks for new flags while it works; AppConfig takes no less than 15 seconds. @default Duration.seconds(15) */
  readonly pollInterval?: Duration;
}

/** AppConfig takes no more alarms an environment (endpoints and quotas of AppConfig, "Monitors per environment"). */
const maximumMonitors = 5;

/**
 * Feature flags of one region in AppConfig: an application with one environment and one hosted profile, checked by a schema and by a function,
 * and two ways to deploy: gradually, under alarms that roll it back, and at once. What the flags say is no part of a template:
 * it changes without a deployment of stacks.
 *
 * @example
 * const flags = new FeatureFlags(this, 'Flags', { schema, validator, deploymentDuration, growthPercent: 20, bakeTime });
 * const checkout = new ServiceFunction<CheckoutEnv>(this, 'Checkout', {
 *   entry: 'shop/checkout',
 *   environment: { ...flags.environment },
 *   failureImpact: 'Customers cannot pay.',
 * });
 * flags.readBy(checkout, 'shop');
 */
export class FeatureFlags extends Construct {
  public readonly applicationId: string;
  public readonly environmentId: string;
  public readonly profileId: string;
  /** Reaches a growing share of the readers, then bakes. */
  public readonly gradualStrategyId: string;
  /** Reaches every reader at its next poll: for the first flags of a region, and for emergencies. */
  public readonly atOnceStrategyId: string;
  /** Who may look at the alarms, for an environment whose monitors are set anew. */
  public readonly monitorRoleArn: string;
  /** Every alarm that rolls a deployment back, with commas between; complete once all of the app is there. */
  public readonly monitoredAlarms: string;
  /** What a reader's environment has to have; `flagsEnv` reads it. */
  public readonly environment: { readonly [Key in keyof typeof flagsEnv]: string };
  private readonly monitorRole: Role;
  private readonly alarmArns: string[] = [];
  private readonly services = new Set<string>();

  constructor(scope: Construct, id: string, props: FeatureFlagsProps) {
    super(scope, id);
    const { deploymentDuration, growthPercent, bakeTime, pollInterval = Duration.seconds(15) } = props;
    const name = Names.uniqueResourceName(this, { maxLength: 64, separator: '-' });
    const { ref: applicationId } = new CfnApplication(this, 'Application', { name });
    this.applicationId = applicationId;
    this.profileId = this.profile(props);
    const principal = new ServicePrincipal('appconfig.amazonaws.com');
    this.monitorRole = new Role(this, 'MonitorRole', { assumedBy: principal });
    this.monitorRoleArn = this.monitorRole.roleArn;
    this.monitoredAlarms = Lazy.string({ produce: () => Fn.join(',', this.alarmArns) });
    this.environmentId = new CfnEnvironment(this, 'Environment', {
      applicationId,
      name: 'live',
      monitors: Lazy.any({ produce: () => this.monitors() }, { omitEmptyArray: true }),
    }).ref;
    const strategy = { growthType: 'LINEAR', replicateTo: 'NONE' };
    this.gradualStrategyId = new CfnDeploymentStrategy(this, 'Gradual', {
      ...strategy,
      name: `${name.slice(0, 55)}-gradual`,
      deploymentDurationInMinutes: deploymentDuration.toMinutes(),
      growthFactor: growthPercent,
      finalBakeTimeInMinutes: bakeTime.toMinutes(),
    }).ref;
    this.atOnceStrategyId = new CfnDeploymentStrategy(this, 'AtOnce', {
      ...strategy,
      name: `${name.slice(0, 55)}-at-once`,
      deploymentDurationInMinutes: 0,
      growthFactor: 100,
      finalBakeTimeInMinutes: 0,
    }).ref;
    this.environment = {
      FLAGS_APPLICATION: applicationId,
      FLAGS_ENVIRONMENT: this.environmentId,
      FLAGS_PROFILE: this.profileId,
      FLAGS_POLL_SECONDS: String(pollInterval.toSeconds()),
    };
  }

  /** Lets `grantee` read these flags and no other configuration. */
  public grantRead(grantee: IGrantable): void {
    const { applicationId, environmentId, profileId } = this;
    const resourceName = `${applicationId}/environment/${environmentId}/configuration/${profileId}`;
    const resources = [Stack.of(this).formatArn({ service: 'appconfig', resource: 'application', resourceName })];
    const actions = ['appconfig:StartConfigurationSession', 'appconfig:GetLatestConfiguration'];
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
  }

  /**
   * The function reads these flags: grants it that, and rings when it works with old ones or cannot read the new ones. The latter rolls
   * back a deployment that is under way.
   * @param service the `service` in the function's log
   */
  public readBy(reader: ServiceFunction<never>, service: string): void {
    this.grantRead(reader);
    for (const [id, message] of [
      ['FlagsStale', flagsStale],
      ['FlagsRefused', flagsRefused],
    ] as const)
      new MetricFilter(reader, id, {
        logGroup: reader.logGroup,
        filterPattern: FilterPattern.stringValue('$.message', '=', message),
        metricNamespace: 'Tenfold',
        metricName: id,
        dimensions: { service: '$.service' },
      });
    if (this.services.has(service)) return;
    this.services.add(service);
    const alarms = new Construct(this, `${service.charAt(0).toUpperCase()}${service.slice(1)}Readers`);
    const metric = (metricName: string) =>
      new Metric({
        namespace: 'Tenfold',
        metricName,
        dimensionsMap: { service },
        period: Duration.minutes(1),
        statistic: Stats.SUM,
      });
    new ImpactAlarm(alarms, 'Stale', {
      metric: metric('FlagsStale'),
      impact: `Flags do not reach ${service}: it works with the last known ones, and no switch can be thrown.`,
      runbook: 'flags.md#stale',
    });
    this.monitor(
      new ImpactAlarm(alarms, 'Refused', {
        metric: metric('FlagsRefused'),
        impact: `${service} cannot read the flags that are deployed, and goes on with those before.`,
        runbook: 'flags.md#refused',
      }).alarm,
    );
  }

  /** Rolls a deployment of flags back when this happens at least once in a minute while it is under way or bakes. */
  public rollBackOn(id: string, alarm: { readonly metric: IMetric; readonly impact: string }): void {
    const runbook: RunbookEntry = 'flags.md#rolled-back';
    this.monitor(new ImpactAlarm(this, id, { ...alarm, runbook }).alarm);
  }

  private monitor({ alarmArn }: IAlarm): void {
    if (this.alarmArns.length === maximumMonitors)
      throw new Error(`${this.node.path} has ${maximumMonitors} alarms, expected no more: AppConfig watches that many`);
    this.alarmArns.push(alarmArn);
    this.monitorRole.addToPolicy(
      new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: [alarmArn] }),
    );
  }

  private monitors(): readonly CfnEnvironment.MonitorsProperty[] {
    return this.alarmArns.map((alarmArn) => ({ alarmArn, alarmRoleArn: this.monitorRoleArn }));
  }

  private profile({ schema, validator }: FeatureFlagsProps): string {
    // It answers nothing but whether what it is given is right, so it need not matter whose AppConfig asks.
    validator.alias.addPermission('AppConfig', { principal: new ServicePrincipal('appconfig.amazonaws.com') });
    return new CfnConfigurationProfile(this, 'Profile', {
      applicationId: this.applicationId,
      name: 'flags',
      locationUri: 'hosted',
      type: 'AWS.Freeform',
      validators: [
        { type: 'JSON_SCHEMA', content: JSON.stringify(schema) },
        { type: 'LAMBDA', content: validator.alias.functionArn },
      ],
    }).ref;
  }
}
