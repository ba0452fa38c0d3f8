import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ImpactAlarm, type RunbookEntry } from './impact-alarm';
import { observedWorkflowRole } from './observed-workflow-role';
import { serviceDefaultsOf } from './service-defaults';
import type { WorkflowDefinition } from './workflow-definition';

export interface ObservedWorkflowProps {
  readonly definition: WorkflowDefinition;
  /** ARNs of the aliases that it calls. */
  readonly calls: readonly string[];
  /** Who is hurt, and how, when it ends without having done its work. */
  readonly failureImpact: string;
  /** What to do about it. */
  readonly runbook: RunbookEntry;
  /** A name that other regions know. @default CloudFormation names it */
  readonly name?: string;
}

/** A Standard state machine that calls functions by their aliases: logged, traced, and loud when it fails. */
export class ObservedWorkflow extends Construct {
  public readonly stateMachineArn: string;
  /** Ring when an execution failed, ran out of time or was aborted. */
  public readonly alarms: readonly IAlarm[];

  constructor(scope: Construct, id: string, props: ObservedWorkflowProps) {
    super(scope, id);
    const { definition, calls, failureImpact: impact, runbook, name } = props;
    const { logRetention, removalPolicy } = serviceDefaultsOf(this);
    const role = observedWorkflowRole(this, 'Role');
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [...new Set(calls)] }),
    );
    const logGroup = new LogGroup(this, 'Logs', { retention: logRetention, removalPolicy });
    const stateMachine = new StateMachine(this, 'StateMachine', {
      ...(name !== undefined && { stateMachineName: name }),
      definitionBody: DefinitionBody.fromString(Stack.of(this).toJsonString(definition)),
      role: role.withoutPolicyUpdates(),
      tracingEnabled: true,
      logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: false },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stateMachineArn = stateMachine.stateMachineArn;
    const period = Duration.minutes(1);
    const metrics = {
      FailedAlarm: stateMachine.metricFailed({ period }),
      TimedOutAlarm: stateMachine.metricTimedOut({ period }),
      AbortedAlarm: stateMachine.metricAborted({ period }),
    };
    this.alarms = Object.entries(metrics).map(
      ([alarm, metric]) => new ImpactAlarm(this, alarm, { metric, impact, runbook }).alarm,
    );
  }

  /** Lets `grantee` start executions. */
  public grantStart(grantee: IGrantable): void {
    const [actions, resources] = [['states:StartExecution'], [this.stateMachineArn]];
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
  }
}
