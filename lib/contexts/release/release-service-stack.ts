import { Annotations, CfnOutput, Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import {
  LambdaApplication,
  LambdaDeploymentConfig,
  TimeBasedCanaryTrafficRouting,
  TimeBasedLinearTrafficRouting,
} from 'aws-cdk-lib/aws-codedeploy';
import { type IGrantable, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { ExerciseVersionEnv } from '../../../lambdas/release/exercise-version.contract';
import type { JudgeCanaryEnv } from '../../../lambdas/release/judge-canary.contract';
import type { RequireVerdictEnv } from '../../../lambdas/release/require-verdict.contract';
import type { StopRolloutEnv } from '../../../lambdas/release/stop-rollout.contract';
import { ObservedWorkflow } from '../../constructs/observed-workflow';
import type { VersionRelease } from '../../constructs/progressive-function';
import { aliasName, ServiceFunction } from '../../constructs/service-function';
import { judgeDefinition } from './judge-workflow';

/** How fast new versions get their traffic, and how they are watched meanwhile. */
export interface ReleasePace {
  /** `canary`: a part, then all the rest. `linear`: the same part again and again. */
  readonly shift: 'canary' | 'linear';
  /** How much of the traffic a part is. */
  readonly percentage: number;
  /** From one part to the next. */
  readonly intervalMinutes: number;
  /** How long both versions are watched for one look at them; there are two at most. */
  readonly windowSeconds: number;
  /** Until CloudWatch has the values of a minute that is over. */
  readonly metricsDelaySeconds: number;
  /** All at once, unwatched. @default none */
  readonly breakGlass?: { readonly reason: string } | undefined;
}

export interface ReleaseServiceStackProps extends StackProps {
  readonly pace: ReleasePace;
  /** With what the names begin that update policies know, for example `tenfold-prod`. */
  readonly prefix: string;
}

/** How new versions come to their traffic: CodeDeploy's application, the hooks around a shift, and the judge of both versions. */
export class ReleaseServiceStack extends Stack {
  /** What progressive functions of this region are released with. */
  public readonly release: VersionRelease;
  private readonly applicationName: string;
  private readonly judgeName: string;

  constructor(scope: Construct, id: string, props: ReleaseServiceStackProps) {
    super(scope, id, props);
    const { pace, prefix } = props;
    this.applicationName = prefix;
    this.judgeName = `${prefix}-judge-canary`;
    new LambdaApplication(this, 'Application', { applicationName: prefix });
    const { breakGlass } = pace;
    const judgeCanary = this.judgeFunction(pace);
    const judge = this.judgeWorkflow(pace, judgeCanary);
    const exercise = new ServiceFunction<ExerciseVersionEnv>(this, 'ExerciseVersion', {
      entry: 'release/exercise-version',
      functionName: `${prefix}-exercise-version`,
      environment: { JUDGE_ARN: judge.stateMachineArn },
      failureImpact: 'New versions are not deployed: nobody says that they may get traffic.',
      // A minute for the probes, and time to tell what came of them.
      timeout: Duration.seconds(90),
      memorySize: 512,
    });
    const demand = new ServiceFunction<RequireVerdictEnv>(this, 'RequireVerdict', {
      entry: 'release/require-verdict',
      functionName: `${prefix}-require-verdict`,
      environment: { JUDGE_ARN: judge.stateMachineArn },
      failureImpact: 'New versions are sent back an hour after they got their traffic: nobody says that they may stay.',
      timeout: Duration.seconds(30),
    });
    judge.grantStart(exercise);
    this.grantVerdicts(demand);
    for (const hook of [exercise, demand])
      this.grantRollouts(hook, ['codedeploy:GetDeployment', 'codedeploy:PutLifecycleEventHookExecutionStatus']);
    this.grantRevisions(exercise);
    const deployRole = new Role(this, 'DeployRole', { assumedBy: new ServicePrincipal('codedeploy.amazonaws.com') });
    for (const hook of [exercise, demand]) hook.grantInvoke(deployRole);
    this.release = {
      applicationName: prefix,
      deploymentConfigName: this.shift(pace),
      deployRole,
      beforeTraffic: `${prefix}-exercise-version:${aliasName}`,
      afterTraffic: `${prefix}-require-verdict:${aliasName}`,
      exercisers: [exercise.role, judgeCanary.role],
      watchAlarms: judge.alarms,
      ...(breakGlass && { breakGlass }),
    };
    if (breakGlass) this.announce(breakGlass.reason);
  }

  private judgeFunction({ windowSeconds }: ReleasePace) {
    const judgeCanary = new ServiceFunction<JudgeCanaryEnv>(this, 'JudgeCanary', {
      entry: 'release/judge-canary',
      environment: { WINDOW_SECONDS: String(windowSeconds) },
      failureImpact: 'New versions are not deployed: they are sent back for want of a verdict.',
      // 45 seconds of probes, and CloudWatch's answer before or after them.
      timeout: Duration.seconds(90),
      memorySize: 512,
    });
    const read = new PolicyStatement({ actions: ['cloudwatch:GetMetricData'], resources: ['*'] });
    judgeCanary.grantPrincipal.addToPrincipalPolicy(read);
    Validations.of(judgeCanary.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'CloudWatch offers no permissions by resource for reading metrics.',
    });
    return judgeCanary;
  }

  private judgeWorkflow({ windowSeconds, metricsDelaySeconds }: ReleasePace, judgeCanary: ServiceFunction<never>) {
    const stop = new ServiceFunction<StopRolloutEnv>(this, 'StopRollout', {
      entry: 'release/stop-rollout',
      environment: {},
      failureImpact: 'A new version that was found worse keeps its part of the traffic until an alarm stops it.',
    });
    this.grantRollouts(stop, ['codedeploy:StopDeployment']);
    const functions = { judge: judgeCanary.alias.functionArn, stop: stop.alias.functionArn };
    const workflow = new ObservedWorkflow(this, 'Judge', {
      definition: judgeDefinition(functions, { partition: this.partition, windowSeconds, metricsDelaySeconds }),
      calls: Object.values(functions),
      failureImpact: 'Nobody watches a new version that gets traffic: it is sent back.',
      name: this.judgeName,
      runbook: 'deploys.md#the-judge-has-failed',
    });
    new CfnOutput(this, 'JudgeArn', {
      value: workflow.stateMachineArn,
      description:
        'Compares versions while traffic is shifted; one execution a deployment, whose output is the verdict',
    });
    return workflow;
  }

  private shift({ shift, percentage, intervalMinutes }: ReleasePace): string {
    const [interval, part] = [Duration.minutes(intervalMinutes), { percentage }];
    const trafficRouting =
      shift === 'canary'
        ? new TimeBasedCanaryTrafficRouting({ interval, ...part })
        : new TimeBasedLinearTrafficRouting({ interval, ...part });
    return new LambdaDeploymentConfig(this, 'Shift', { trafficRouting }).deploymentConfigName;
  }

  private grantRollouts(grantee: ServiceFunction<never>, actions: readonly string[]): void {
    const { partition, region, account } = this;
    // Of all groups: functions of other stacks make them, after this one.
    const groups = `arn:${partition}:codedeploy:${region}:${account}:deploymentgroup:${this.applicationName}/*`;
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [groups] }));
    Validations.of(grantee.role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${groups}]`,
      reason: 'Every function that is released has a deployment group of this application, which it makes itself.',
    });
  }

  private grantVerdicts(grantee: ServiceFunction<never>): void {
    const { partition, region, account } = this;
    const executions = `arn:${partition}:states:${region}:${account}:execution:${this.judgeName}:*`;
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['states:DescribeExecution'], resources: [executions] }),
    );
    Validations.of(grantee.role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${executions}]`,
      reason: 'Executions are named after deployments, which are not known before they begin.',
    });
  }

  private grantRevisions(grantee: IGrantable): void {
    const { partition, region, account } = this;
    const application = `arn:${partition}:codedeploy:${region}:${account}:application:${this.applicationName}`;
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['codedeploy:GetApplicationRevision'], resources: [application] }),
    );
  }

  private announce(reason: string): void {
    const text = `new versions get all traffic at once, without hooks and alarms: ${reason}`;
    Annotations.of(this).addInfo(text);
    new CfnOutput(this, 'BreakGlass', { value: text, description: 'Whether the safeguards of releases are off' });
  }
}
