import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { type IAlarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { type IGrantable, type IPrincipal, type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type Alias, CfnAlias, CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { versionOutcomes } from '../../lambdas/shared/version-outcomes.contract';
import { ImpactAlarm } from './impact-alarm';
import { aliasName, ServiceFunction, type ServiceFunctionProps } from './service-function';

/** How new versions of a region's functions come to their traffic: the same for all of them. */
export interface VersionRelease {
  /** CodeDeploy's application. By name, and so are the hooks: an update policy then needs no other stack to be understood. */
  readonly applicationName: string;
  /** How traffic is shifted. */
  readonly deploymentConfigName: string;
  /** What CodeDeploy acts as. It is granted each function's alias here, and the hooks where they are made. */
  readonly deployRole: IRole;
  /** Function that decides before any traffic is shifted, as `<name>:<alias>`. */
  readonly beforeTraffic: string;
  /** Function that decides once all traffic is shifted, as `<name>:<alias>`. */
  readonly afterTraffic: string;
  /** Who asks versions by their numbers. */
  readonly exercisers: readonly IRole[];
  /** Ring when nobody watches the shift any more. */
  readonly watchAlarms: readonly IAlarm[];
  /** All at once, without alarms and hooks: for the fix that the safeguards would keep out. @default none: they hold */
  readonly breakGlass?: { readonly reason: string };
}

export interface ProgressiveFunctionProps<Env extends object> extends ServiceFunctionProps<Env> {
  readonly release: VersionRelease;
  /** What the function answers; its deployment group is called so. Hooks learn by it what to ask a version. */
  readonly operation: string;
  /** A new version is sent back when more than one in a hundred requests of two minutes takes this long. @default half of the timeout */
  readonly latencyLimit?: Duration;
  /** A new version is sent back when it answers as many requests of a minute with a failure. @default 10 */
  readonly failuresPerMinute?: number;
}

/** A version that fails in one of ten requests, two minutes long, is not looked at any further. */
const errorShare = 0.1;
const defaultTimeout = Duration.seconds(10);

/**
 * A function that gets its traffic from clients: a `ServiceFunction` whose alias CodeDeploy shifts to a new version a part at a time, once the
 * version has been exercised. Alarms look at the new version alone; whatever fails, is stopped or rings sends all traffic back.
 *
 * @example
 * const place = new ProgressiveFunction<PlaceOrderEnv>(this, 'PlaceOrder', {
 *   entry: 'ordering/place-order',
 *   environment: { ORDERS_TABLE: table.tableName },
 *   failureImpact: 'Customers cannot place orders.',
 *   operation: 'placeOrder',
 *   release,
 * });
 * table.grantEntityStore(place);
 */
export class ProgressiveFunction<Env extends object> extends Construct implements IGrantable {
  /** What callers invoke; both versions while traffic is shifted. */
  public readonly alias: Alias;
  /** The function itself. */
  public readonly service: ServiceFunction<Env>;
  /** What the function may do. */
  public readonly grantPrincipal: IPrincipal;

  constructor(scope: Construct, id: string, props: ProgressiveFunctionProps<Env>) {
    super(scope, id);
    const { release, operation } = props;
    // Called so, it has the logical ids that a ServiceFunction in its place would have: a function may become progressive, and plain again.
    this.service = new ServiceFunction<Env>(this, 'Default', props);
    this.alias = this.service.alias;
    this.grantPrincipal = this.service.grantPrincipal;
    const alarms = this.alarms(props);
    const watched = [...alarms, ...release.watchAlarms];
    const isGuarded = release.breakGlass === undefined;
    const group = new CfnDeploymentGroup(this, 'Rollouts', {
      applicationName: release.applicationName,
      deploymentGroupName: operation,
      deploymentConfigName: isGuarded ? release.deploymentConfigName : 'CodeDeployDefault.LambdaAllAtOnce',
      serviceRoleArn: release.deployRole.roleArn,
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
      alarmConfiguration: {
        enabled: isGuarded,
        // Alarms that cannot be read are as good as alarms that ring.
        ignorePollAlarmFailure: false,
        alarms: watched.map(({ alarmName: name }) => ({ name })),
      },
      autoRollbackConfiguration: {
        enabled: true,
        events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
      },
    });
    const shift = this.grantShift(release.deployRole, watched);
    const exercise = this.grantExercise(release.exercisers);
    const resource = this.alias.node.defaultChild;
    if (!(resource instanceof CfnAlias)) throw new Error(`${this.alias.node.path} is no AWS::Lambda::Alias`);
    resource.cfnOptions.updatePolicy = {
      codeDeployLambdaAliasUpdate: {
        applicationName: release.applicationName,
        deploymentGroupName: group.ref,
        ...(isGuarded && {
          beforeAllowTrafficHook: release.beforeTraffic,
          afterAllowTrafficHook: release.afterTraffic,
        }),
      },
    };
    // The alarms look at the new version before it gets traffic, and whoever shifts it may do so by then.
    resource.node.addDependency(group, shift, exercise, ...alarms);
  }

  private alarms({
    failureImpact,
    timeout = defaultTimeout,
    latencyLimit = Duration.millis(timeout.toMilliseconds() / 2),
    failuresPerMinute = 10,
  }: ProgressiveFunctionProps<Env>): readonly IAlarm[] {
    const { functionName, currentVersion } = this.service.function;
    const dimensionsMap = {
      FunctionName: functionName,
      Resource: `${functionName}:${aliasName}`,
      ExecutedVersion: currentVersion.version,
    };
    const metric = (metricName: string, statistic: string, namespace = 'AWS/Lambda') =>
      new Metric({ namespace, metricName, dimensionsMap, statistic, period: Duration.minutes(1) });
    const about = {
      impact: `${failureImpact} A new version does it, and its traffic goes back to the old one.`,
      runbook: 'deploys.md#a-new-version-was-sent-back',
    } as const;
    const alarms = {
      VersionErrors: { metric: metric('Errors', 'Average'), threshold: errorShare, periods: 2 },
      VersionLatency: { metric: metric('Duration', 'p99'), threshold: latencyLimit.toMilliseconds(), periods: 2 },
      VersionFailures: {
        metric: metric(versionOutcomes.failures, 'Sum', versionOutcomes.namespace),
        threshold: failuresPerMinute,
      },
    };
    return Object.entries(alarms).map(([id, alarm]) => new ImpactAlarm(this, id, { ...alarm, ...about }).alarm);
  }

  /** Lets CodeDeploy move this alias, and look at the alarms that would stop it. */
  private grantShift(role: IRole, alarms: readonly IAlarm[]): Policy {
    const { functionArn } = this.service.function;
    return new Policy(this, 'Shift', {
      roles: [role],
      statements: [
        new PolicyStatement({
          actions: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
          resources: [functionArn, `${functionArn}:${aliasName}`],
        }),
        new PolicyStatement({
          actions: ['cloudwatch:DescribeAlarms'],
          resources: alarms.map(({ alarmArn }) => alarmArn),
        }),
      ],
    });
  }

  /** Lets whoever compares versions ask each of this function's. */
  private grantExercise(exercisers: readonly IRole[]): Policy {
    const { functionArn } = this.service.function;
    const policy = new Policy(this, 'Exercise', {
      roles: [...exercisers],
      statements: [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [`${functionArn}:*`] })],
    });
    const resource = this.service.function.node.defaultChild;
    if (!(resource instanceof CfnFunction)) throw new Error(`${this.node.path} has no AWS::Lambda::Function`);
    const logicalId = Stack.of(this).getLogicalId(resource);
    Validations.of(policy.node.defaultChild ?? policy).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>:*]`,
      reason: 'Numbers of versions are not known before they are published; it is this function only.',
    });
    return policy;
  }
}
