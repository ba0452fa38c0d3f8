import { ArnFormat, Duration, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { type IGrantable, type IRole, Policy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IAlias } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import {
  CfnStateMachine,
  DefinitionBody,
  type IStateMachine,
  LogLevel,
  StateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ImpactAlarm } from './impact-alarm';
import { observedWorkflowRole } from './observed-workflow-role';
import { sagaDefinition } from './saga-definition';
import type { SagaCall, SagaCommandContract, SagaPlan, SagaRetry, SagaStepPlan } from './saga-plan';
import { serviceDefaultsOf } from './service-defaults';

/** How long one try of something may take, and how patiently it is tried again. */
export interface SagaPatience {
  /** How long one try may take. A try that takes longer may still have its effect: it counts as ambiguous. */
  readonly timeout: Duration;
  /** Retries after the first try. */
  readonly retries: number;
  /** Wait before the first retry; doubles from there, with full jitter. */
  readonly interval: Duration;
}

/** A command sent to the queue of an `ExactlyOnceConsumer`, which answers with the task token it finds in the envelope. */
export interface SagaCommand {
  /** Who handles the command, and answers the saga. */
  readonly consumer: { readonly queue: IQueue; readonly role: IRole };
  /** Its name and what it carries, for example the consumer's own `chargePaymentCommand`. */
  readonly command: SagaCommandContract;
}

export interface SagaStep {
  /** Unique in the saga; functions see it as `step`, people as the state's name. */
  readonly name: string;
  /** The function to call, by an alias and never by `$LATEST`, or the command to send and wait for. */
  readonly invoke: IAlias | SagaCommand;
  /** What undoes the step. Steps from the pivot on have none. @default nothing needs to be undone */
  readonly compensation?: { readonly name: string; readonly invoke: IAlias };
  /** @default the saga's `stepPatience` */
  readonly patience?: SagaPatience;
}

export interface SagaProps {
  /** In the order in which they are done; compensated in reverse. */
  readonly steps: readonly SagaStep[];
  /** Names of the fields that the saga's data have: what commands carry is checked against them. */
  readonly dataFields: readonly string[];
  /** Name of the step from which on there is no way back but forward. */
  readonly pivot: string;
  /** Opens a case for an operator: called with the saga's data and `failedStep`, `error`, `cause`, `stateMachineArn`. */
  readonly parkCase: IAlias;
  /** Ends the chain of compensations: called with the saga's data and `parked`, `reason`. */
  readonly close: IAlias;
  /** What the saga is about, for example `order`: its commands are grouped by `order/<saga id>`. */
  readonly subjectKind: string;
  /** The `source` of its commands' envelopes, for example `/tenfold/ordering`. */
  readonly source: string;
  /** Encrypts the executions' data, which hold personal data. */
  readonly encryptionKey: IKey;
  /** Who is hurt, and how, while executions fail: one sentence for the person whom the alarm wakes up. */
  readonly failureImpact: string;
  /** @default 30 seconds a try, 3 retries, the first after 1 second */
  readonly stepPatience?: SagaPatience;
  /** For compensations, parking and closing. @default 30 seconds a try, 6 retries, the first after 2 seconds */
  readonly compensationPatience?: SagaPatience;
}

const stepDefault: SagaPatience = { timeout: Duration.seconds(30), retries: 3, interval: Duration.seconds(1) };
const compensationDefault: SagaPatience = { timeout: Duration.seconds(30), retries: 6, interval: Duration.seconds(2) };

const longestInterval = Duration.minutes(5);

const retryOf = ({ retries, interval }: SagaPatience): SagaRetry => ({
  attempts: retries,
  intervalSeconds: interval.toSeconds(),
  maximumIntervalSeconds: longestInterval.toSeconds(),
});

const callOf = (name: string, alias: IAlias, patience: SagaPatience): SagaCall => ({
  name,
  functionArn: alias.functionArn,
  timeoutSeconds: patience.timeout.toSeconds(),
  retry: retryOf(patience),
});

const isCommand = (invoke: IAlias | SagaCommand): invoke is SagaCommand => 'consumer' in invoke;

/**
 * A sequence of local transactions in several services that ends all done, all undone, or in an operator's hands; never in between.
 *
 * Give it the steps in order, each with its compensation, and the pivot; `sagaDefinition` says what becomes of them. It is a
 * Standard state machine (each state is entered exactly once) in JSONata that calls aliases only, encrypts its data, logs
 * without data, and is traced. What it needs from the functions: steps and compensations are idempotent on the saga's id, answer
 * a business "no" as data (`StepOutcome`), and a compensation that comes before its step makes the step refuse.
 *
 * An execution that fails all the same (its data too large, parking itself broken) is for somebody outside to start anew at `compensate`:
 * a rule on "Step Functions Execution Status Change", and, because such an event may be lost, a sweep over the list
 * (`grantList`). Name executions by the saga's id: a second start is then refused.
 *
 * @example
 * const saga = new Saga(this, 'Saga', {
 *   steps: [
 *     { name: 'reserve', invoke: reserve.alias, compensation: { name: 'release', invoke: release.alias } },
 *     { name: 'charge', invoke: { consumer: charges, command: chargePaymentCommand }, compensation: … },
 *     { name: 'confirm', invoke: confirm.alias },
 *   ],
 *   dataFields: Object.keys(orderSagaData.shape),
 *   pivot: 'confirm',
 *   …
 * });
 * saga.grantStart(startOrderSaga);
 */
export class Saga extends Construct {
  public readonly stateMachine: IStateMachine;
  public readonly stateMachineArn: string;
  private readonly encryptionKey: IKey;

  constructor(scope: Construct, id: string, props: SagaProps) {
    super(scope, id);
    const { encryptionKey, steps, parkCase, failureImpact } = props;
    const { logRetention, removalPolicy } = serviceDefaultsOf(this);
    this.encryptionKey = encryptionKey;
    const role = this.executionRole(props);
    const definition = Stack.of(this).toJsonString(sagaDefinition(this.plan(props)));
    const logGroup = new LogGroup(this, 'Logs', { retention: logRetention, removalPolicy });
    const stateMachine = new StateMachine(this, 'StateMachine', {
      definitionBody: DefinitionBody.fromString(definition),
      role: role.withoutPolicyUpdates(),
      tracingEnabled: true,
      logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: false },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // By the L1 property: the L2 one would write `kms:Decrypt*` into the policy of a key that belongs to another stack.
    if (stateMachine.node.defaultChild instanceof CfnStateMachine) {
      const encryption = { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: encryptionKey.keyArn };
      stateMachine.node.defaultChild.encryptionConfiguration = { ...encryption, kmsDataKeyReusePeriodSeconds: 900 };
    }
    this.stateMachine = stateMachine;
    this.stateMachineArn = stateMachine.stateMachineArn;
    for (const { name, invoke } of steps) if (isCommand(invoke)) this.grantReply(name, invoke.consumer.role);
    this.alarms(parkCase, failureImpact);
  }

  /**
   * Lets a function that the saga itself depends on start executions: by a policy that neither the function nor the saga waits for.
   * @param id names the policy
   */
  public grantStartApart(id: string, role: IRole): void {
    new Policy(this, id, { statements: this.start(), roles: [role] });
  }

  /** Lets `grantee` start executions and see whether a name was started before. */
  public grantStart(grantee: IGrantable): void {
    for (const statement of this.start()) grantee.grantPrincipal.addToPrincipalPolicy(statement);
  }

  /** Lets `grantee` list the executions, whose data it does not see. */
  public grantList(grantee: IGrantable): void {
    const list = new PolicyStatement({ actions: ['states:ListExecutions'], resources: [this.stateMachineArn] });
    grantee.grantPrincipal.addToPrincipalPolicy(list);
  }

  /** Lets `role` see where an execution stands that it knows by its name; by a policy of that `id`. */
  public grantDescribeApart(id: string, role: IRole): void {
    const stack = Stack.of(this);
    const name = Fn.select(6, Fn.split(':', this.stateMachineArn));
    const place = { service: 'states', resource: 'execution', arnFormat: ArnFormat.COLON_RESOURCE_NAME };
    const executionsOf = (machine: string): string => stack.formatArn({ ...place, resourceName: `${machine}:*` });
    const describe = new PolicyStatement({ actions: ['states:DescribeExecution'], resources: [executionsOf(name)] });
    const policy = new Policy(this, id, { statements: [describe], roles: [role] });
    Validations.of(policy.node.defaultChild ?? policy).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${executionsOf(JSON.stringify(stack.resolve(name)))}]`,
      reason: 'Executions are named after orders, which do not exist yet; it is this state machine only.',
    });
  }

  // A policy in this stack, attached to the consumer's role: the other way round, its stack and this one would need each other.
  private grantReply(step: string, role: IRole): void {
    const actions = ['states:SendTaskSuccess', 'states:SendTaskFailure'];
    const reply = new PolicyStatement({ actions, resources: [this.stateMachineArn] });
    const name = `${step.charAt(0).toUpperCase()}${step.slice(1)}Replies`;
    new Policy(this, name, { statements: [reply, this.keyUse()], roles: [role] });
  }

  private start(): PolicyStatement[] {
    const actions = ['states:StartExecution'];
    return [new PolicyStatement({ actions, resources: [this.stateMachineArn] }), this.keyUse()];
  }

  /** For callers: the key, through Step Functions and nothing else. */
  private keyUse(): PolicyStatement {
    const actions = ['kms:Decrypt', 'kms:GenerateDataKey'];
    const through = { 'kms:ViaService': `states.${Stack.of(this).region}.amazonaws.com` };
    return new PolicyStatement({
      actions,
      resources: [this.encryptionKey.keyArn],
      conditions: { StringEquals: through },
    });
  }

  /**
   * For the executions themselves, which call KMS without another service in between: told apart by what is encrypted
   * (https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html).
   */
  private executionKeyUse(): PolicyStatement[] {
    const { partition, region, account } = Stack.of(this);
    const resources = [this.encryptionKey.keyArn];
    const machines = `arn:${partition}:states:${region}:${account}:stateMachine:*`;
    const logs = `arn:${partition}:logs:${region}:${account}:*`;
    return [
      new PolicyStatement({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources,
        conditions: { ArnLike: { 'kms:EncryptionContext:aws:states:stateMachineArn': machines } },
      }),
      new PolicyStatement({
        actions: ['kms:GenerateDataKey'],
        resources,
        conditions: { ArnLike: { 'kms:EncryptionContext:SourceArn': logs } },
      }),
    ];
  }

  private plan(props: SagaProps): SagaPlan {
    const { steps, dataFields, pivot, parkCase, close, subjectKind, source } = props;
    const { stepPatience = stepDefault, compensationPatience = compensationDefault } = props;
    const stack = Stack.of(this);
    const stepPlan = ({ name, invoke, compensation, patience = stepPatience }: SagaStep): SagaStepPlan => {
      const undo = compensation && {
        compensation: callOf(compensation.name, compensation.invoke, compensationPatience),
      };
      if (!isCommand(invoke)) return { ...callOf(name, invoke, patience), ...undo };
      const timing = { timeoutSeconds: patience.timeout.toSeconds(), retry: retryOf(patience) };
      return { name, queueUrl: invoke.consumer.queue.queueUrl, command: invoke.command, ...timing, ...undo };
    };
    return {
      steps: steps.map(stepPlan),
      dataFields,
      pivot,
      park: callOf('park', parkCase, compensationPatience),
      close: callOf('close', close, compensationPatience),
      subjectKind,
      source,
      region: stack.region,
      partition: stack.partition,
    };
  }

  private executionRole({ steps, parkCase, close }: SagaProps): Role {
    const compensations = steps.flatMap(({ compensation }) => (compensation ? [compensation.invoke] : []));
    const called = steps.flatMap(({ invoke }) => (isCommand(invoke) ? [] : [invoke]));
    const aliases = [...new Set([...called, ...compensations, parkCase, close].map(({ functionArn }) => functionArn))];
    const queues = steps.flatMap(({ invoke }) => (isCommand(invoke) ? [invoke.consumer.queue.queueArn] : []));
    const statement = (actions: string[], resources: string[]) => new PolicyStatement({ actions, resources });
    const statements = [
      statement(['lambda:InvokeFunction'], aliases),
      ...(queues.length > 0 ? [statement(['sqs:SendMessage'], queues)] : []),
      ...this.executionKeyUse(),
    ];
    const role = observedWorkflowRole(this, 'Role');
    for (const granted of statements) role.addToPrincipalPolicy(granted);
    return role;
  }

  private alarms(parkCase: IAlias, impact: string): void {
    const period = Duration.minutes(1);
    const { stateMachine } = this;
    const metrics = {
      FailedAlarm: stateMachine.metricFailed({ period }),
      TimedOutAlarm: stateMachine.metricTimedOut({ period }),
      AbortedAlarm: stateMachine.metricAborted({ period }),
    };
    for (const [name, metric] of Object.entries(metrics)) {
      new ImpactAlarm(this, name, { metric, impact, runbook: 'sagas.md#failed-executions' });
    }
    const parked = parkCase.metricInvocations({ period, statistic: 'Sum' });
    new ImpactAlarm(this, 'ParkedAlarm', { metric: parked, impact, runbook: 'sagas.md#parked-cases' });
  }
}
