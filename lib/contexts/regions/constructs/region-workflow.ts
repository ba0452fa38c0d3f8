import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ImpactAlarm } from '../../../constructs/impact-alarm';
import { observedWorkflowRole } from '../../../constructs/observed-workflow-role';
import { serviceDefaultsOf } from '../../../constructs/service-defaults';
import type { WorkflowDefinition } from '../region-workflows';

export interface RegionWorkflowProps {
  readonly definition: WorkflowDefinition;
  /** ARNs of the aliases that it calls. */
  readonly calls: readonly string[];
  /** Who is hurt, and how, when it ends without having done its work. */
  readonly failureImpact: string;
  /** A name that other regions know. @default CloudFormation names it */
  readonly name?: string;
}

/** A Standard state machine that an operator starts: logged, traced, and loud when it fails. */
export class RegionWorkflow extends Construct {
  public readonly stateMachineArn: string;

  constructor(scope: Construct, id: string, { definition, calls, failureImpact: impact, name }: RegionWorkflowProps) {
    super(scope, id);
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
    for (const [name, metric] of Object.entries(metrics))
      new ImpactAlarm(this, name, { metric, impact, runbook: 'regions.md#an-evacuation-or-a-return-has-failed' });
  }
}
