import { Duration, Names, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  type IAuthorizer,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RequestValidator,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ImpactAlarm } from '../../../constructs/impact-alarm';
import { type ContractOperation, OpenApiContractError } from './openapi-contract';
import { addProblemResponses } from './problem-responses';

export interface ContractApiProps {
  /** The routes, as `readOpenApiContract` lists them. */
  readonly operations: readonly ContractOperation[];
  /** The function that answers each operation, by `operationId`; every operation needs one, and no other may be given. */
  readonly handlers: { readonly [operationId: string]: IFunction };
  readonly authorizer: IAuthorizer;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

// One line a request, also for requests that the gateway refuses by itself.
const accessLog = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  method: '$context.httpMethod',
  route: '$context.resourcePath',
  status: '$context.status',
  // Before what callers choose: who writes quotes into a user agent breaks only what follows.
  functionStatus: '$context.integration.status',
  latencyMs: '$context.responseLatency',
  integrationMs: '$context.integrationLatency',
  bytes: '$context.responseLength',
  clientId: '$context.authorizer.clientId',
  sourceIp: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
  // Not the message: it is not escaped, and quotes in it would break the line.
  errorType: '$context.error.responseType',
  traceId: '$context.xrayTraceId',
};

/**
 * A REST API whose routes, scopes and required parameters come from one OpenAPI contract. Bodies are held against it by the functions,
 * whose schemas a test keeps equal to the contract's.
 * @throws OpenApiContractError when an operation has no handler, or a handler no operation
 */
export class ContractApi extends Construct {
  public readonly api: RestApi;
  /** One line a request, also for those that the gateway refuses by itself. */
  public readonly accessLogs: ILogGroup;
  /** Answers with a status of 500 or more, a minute. */
  public readonly serverErrors: IMetric;

  constructor(scope: Construct, id: string, props: ContractApiProps) {
    super(scope, id);
    const { operations, handlers, authorizer, logRetention: retention, removalPolicy } = props;
    const spare = Object.keys(handlers).filter((name) => !operations.some(({ operationId }) => operationId === name));
    if (spare.length > 0) throw new OpenApiContractError(`no operation in the contract for: ${spare.join(', ')}`);

    const accessLogs = new LogGroup(this, 'AccessLogs', { retention, removalPolicy });
    this.accessLogs = accessLogs;
    this.api = new RestApi(this, 'Api', {
      // Metrics know an API by this name alone: without it, all stages' and the sandbox's would be counted together.
      restApiName: Names.uniqueResourceName(this, { maxLength: 128, separator: '-' }),
      endpointTypes: [EndpointType.REGIONAL],
      // The account's setting comes with the backbone: it exists once for all APIs.
      cloudWatchRole: false,
      deployOptions: {
        stageName: 'live',
        tracingEnabled: true,
        metricsEnabled: true,
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        throttlingRateLimit: 500,
        throttlingBurstLimit: 1000,
        accessLogDestination: new LogGroupLogDestination(accessLogs),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    });
    addProblemResponses(this.api);
    const validator = new RequestValidator(this, 'Validator', {
      restApi: this.api,
      // The gateway's answer cannot list the fields at fault; the functions check bodies against the contract, on every target alike.
      validateRequestBody: false,
      validateRequestParameters: true,
    });
    for (const operation of operations) this.addOperation(operation, props, validator, authorizer);
    this.serverErrors = this.api.metricServerError({ period: Duration.minutes(1), statistic: 'Sum' });
    new ImpactAlarm(this, 'ServerErrors', {
      metric: this.serverErrors,
      impact: 'Callers get server errors: orders cannot be placed, read or cancelled.',
      runbook: 'api.md#server-errors',
    });
    this.acknowledge();
  }

  private addOperation(
    { operationId, path, method, parameters, isPublic }: ContractOperation,
    { handlers }: ContractApiProps,
    requestValidator: RequestValidator,
    authorizer: IAuthorizer,
  ) {
    const handler = handlers[operationId];
    if (handler === undefined) throw new OpenApiContractError(`operation "${operationId}" has no handler`);
    const location = { path: 'path', query: 'querystring', header: 'header' } as const;
    const integration = new LambdaIntegration(handler, { timeout: Duration.seconds(29) });
    const added = this.api.root.resourceForPath(path).addMethod(method, integration, {
      operationName: operationId,
      ...(isPublic
        ? { authorizationType: AuthorizationType.NONE }
        : { authorizer, authorizationType: AuthorizationType.CUSTOM }),
      requestValidator,
      requestParameters: Object.fromEntries(
        parameters.map((entry) => [`method.request.${location[entry.in]}.${entry.name}`, entry.required]),
      ),
    });
    if (isPublic) {
      const reason = 'The contract opens this operation to everybody (security: []).';
      Validations.of(added).acknowledge({ id: 'AwsSolutions-APIG4', reason });
    }
  }

  private acknowledge() {
    Validations.of(this.api).acknowledge(
      {
        id: 'AwsSolutions-APIG3',
        reason: 'A web ACL belongs to the edge, with its own cost; the gateway throttles and validates.',
      },
      {
        id: 'AwsSolutions-APIG2',
        reason: 'Parameters are validated here, bodies by the functions, which name each field at fault.',
      },
      {
        id: 'AwsSolutions-COG4',
        reason: 'Every method that needs a caller has a Lambda authorizer that takes any OIDC issuer (docs/adr).',
      },
    );
  }
}
