import { ArnFormat, Duration, Stack, Validations } from 'aws-cdk-lib';
import {
  type IGrantable,
  type IPrincipal,
  type IRole,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  Architecture,
  CfnFunction,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ImpactAlarm } from './impact-alarm';
import { serviceDefaultsOf } from './service-defaults';

/** What Lambda itself sets. */
type OwnKeys = 'AWS_REGION' | 'AWS_LAMBDA_FUNCTION_VERSION';

/** Every key that a function's contract demands, but those that Lambda itself sets; a missing or extra one does not compile. */
export type FunctionEnvironment<Env extends object> = {
  readonly [Key in keyof Omit<Env, OwnKeys>]: Env[Key & keyof Env] & string;
};

/** The one alias of every function. */
export const aliasName = 'live';

export interface ServiceFunctionProps<Env extends object> {
  /** `<context>/<verb-noun>` of a bundled `lambdas/<context>/<verb-noun>.lambda.ts`. */
  readonly entry: string;
  /** What the function's contract wants to read, by key. */
  readonly environment: FunctionEnvironment<Env>;
  /** Who is hurt, and how, while it fails: one sentence for the person whom the alarm wakes up. */
  readonly failureImpact: string;
  /**
   * A name of its own, the same in every region: only for functions that other regions invoke, which cannot be told a generated one.
   * @default CloudFormation's
   */
  readonly functionName?: string;
  /** A name of its role's own: only for roles that the policy of a key has to know before they exist. @default CloudFormation's */
  readonly roleName?: string;
  /** The `service` in its logs and metrics. @default the entry's context */
  readonly serviceName?: string;
  /** @default none */
  readonly description?: string;
  /** How long one invocation may run. @default Duration.seconds(10) */
  readonly timeout?: Duration;
  /** Megabytes; CPU grows with it. @default 256 */
  readonly memorySize?: number;
  /** Cap on concurrent executions, which also reserves them. @default the account's */
  readonly reservedConcurrency?: number;
  /**
   * No alarm on errors: for a function whose errors are ordinary answers. The reason says what rings instead.
   * @default none: one error in a minute rings
   */
  readonly optOutOfErrorAlarm?: { readonly reason: string };
  /**
   * Keeps the events of asynchronous invocations (EventBridge, S3, …) that failed to the last.
   * @default none: the function is invoked by callers that see the failure themselves
   */
  readonly deadLetterQueue?: IQueue;
}

/**
 * A Lambda function as this house runs them: Node 24 on ARM64, a prebuilt bundle, its own log group with retention, active
 * tracing, alarms that say who is hurt, and an alias `live`, by which alone it is called.
 *
 * @example
 * const reading = new ServiceFunction<ReadOrderEnv>(this, 'ReadOrder', {
 *   entry: 'ordering/read-order',
 *   environment: { ORDERS_TABLE: table.tableName },
 *   failureImpact: 'Customers cannot see their orders.',
 * });
 * table.grantRead(reading);
 */
export class ServiceFunction<Env extends object> extends Construct implements IGrantable {
  /** What callers invoke: a fixed version of the code, never `$LATEST`. */
  public readonly alias: Alias;
  /** The function behind the alias, for metrics; never to be called. */
  public readonly function: LambdaFunction;
  /** Where its log goes, one JSON object a line. */
  public readonly logGroup: ILogGroup;
  /** What the function may do. */
  public readonly role: IRole;
  /** The same role: what `table.grantX(thisFunction)` grants to. */
  public readonly grantPrincipal: IPrincipal;
  private readonly functionName: string | undefined;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps<Env>) {
    super(scope, id);
    const { entry, environment, description, timeout = Duration.seconds(10), memorySize = 256 } = props;
    const { functionName, reservedConcurrency, deadLetterQueue } = props;
    const { logRetention, removalPolicy, faultInjection, code } = serviceDefaultsOf(this);
    const logGroup = new LogGroup(this, 'Logs', { retention: logRetention, removalPolicy });
    const role = this.tracedRole(props.roleName);
    logGroup.grantWrite(role);
    const resource = new LambdaFunction(this, 'Function', {
      ...code(entry, { faultInjection }),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      environment: { ...environment, POWERTOOLS_SERVICE_NAME: props.serviceName ?? entry.split('/')[0] ?? entry },
      role,
      timeout,
      memorySize,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      currentVersionOptions: { removalPolicy },
      ...(functionName !== undefined && { functionName }),
      ...(description && { description }),
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
      ...(deadLetterQueue && { deadLetterQueue }),
    });
    // By the L1 property, because the L2 one would add its grant on `*` to the policy that all other grants share.
    if (resource.node.defaultChild instanceof CfnFunction)
      resource.node.defaultChild.tracingConfig = { mode: 'Active' };
    if (!deadLetterQueue) this.acknowledgeSynchronous(resource);
    this.function = resource;
    this.functionName = functionName;
    this.logGroup = logGroup;
    this.role = role;
    this.grantPrincipal = role;
    this.alias = new Alias(this, 'Live', { aliasName, version: resource.currentVersion });
    this.alarms(props);
  }

  /** Lets `grantee` invoke the alias and nothing else of the function. */
  public grantInvoke(grantee: IGrantable): void {
    // The L2 grant would also cover `<alias>:*`, a resource that does not exist.
    const [actions, resources] = [['lambda:InvokeFunction'], [this.alias.functionArn]];
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
  }

  /** Lets this function invoke itself in other regions, where it has the same `functionName`; without regions it is granted nothing. */
  public grantInvokePeers(regions: readonly string[]): void {
    if (regions.length === 0) return;
    const { functionName } = this;
    if (functionName === undefined)
      throw new Error(`${this.node.path} has no functionName, expected one that the other regions know`);
    this.grantInvokeIn(regions, functionName);
  }

  /** Lets this function invoke the alias of `functionName` in other regions; without regions it is granted nothing. */
  public grantInvokeIn(regions: readonly string[], functionName: string): void {
    if (regions.length === 0) return;
    const place = { service: 'lambda', resource: 'function', arnFormat: ArnFormat.COLON_RESOURCE_NAME };
    const resources = regions.map((region) =>
      Stack.of(this).formatArn({ ...place, region, resourceName: `${functionName}:${aliasName}` }),
    );
    this.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources }));
  }

  private tracedRole(roleName: string | undefined): Role {
    const actions = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];
    const tracing = new PolicyDocument({ statements: [new PolicyStatement({ actions, resources: ['*'] })] });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { Tracing: tracing },
      ...(roleName !== undefined && { roleName }),
    });
    const findings = ['AwsSolutions-IAM5[Resource::*]', 'Serverless-LambdaStarPermissions'];
    const reason = 'X-Ray offers no resource-level permissions for sending segments.';
    Validations.of(role.node.defaultChild ?? role).acknowledge(...findings.map((finding) => ({ id: finding, reason })));
    return role;
  }

  private acknowledgeSynchronous(resource: LambdaFunction): void {
    const reason = 'Never invoked asynchronously: its callers see a failure and retry, or keep the message.';
    const findings = ['Serverless-LambdaDLQ', 'Serverless-LambdaAsyncFailureDestination'];
    const target = resource.node.defaultChild ?? resource;
    Validations.of(target).acknowledge(...findings.map((finding) => ({ id: finding, reason })));
  }

  private alarms({ failureImpact: impact, optOutOfErrorAlarm }: ServiceFunctionProps<Env>): void {
    // Of the function, not only of its alias: whatever calls it and however, somebody is hurt.
    const metric = { period: Duration.minutes(1) };
    const throttles = this.function.metricThrottles(metric);
    if (optOutOfErrorAlarm === undefined) {
      const errors = this.function.metricErrors(metric);
      new ImpactAlarm(this, 'Errors', { metric: errors, impact, runbook: 'functions.md#errors' });
    }
    new ImpactAlarm(this, 'Throttles', { metric: throttles, impact, runbook: 'functions.md#throttles' });
  }
}
