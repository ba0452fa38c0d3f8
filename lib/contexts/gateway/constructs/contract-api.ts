import { Duration, Names, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AuthorizationType,
  CfnModel,
  EndpointType,
  type IAuthorizer,
  type IModel,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RequestValidator,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
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
  latencyMs: '$context.responseLatency',
  integrationMs: '$context.integrationLatency',
  bytes: '$context.responseLength',
  clientId: '$context.authorizer.clientId',
  sourceIp: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
  error: '$context.error.message',
  traceId: '$context.xrayTraceId',
};

/**
 * A REST API whose routes, required parameters and request bodies all come from one OpenAPI contract:
 * what the contract does not allow never reaches a function.
 * @throws OpenApiContractError when an operation has no handler, or a handler no operation
 */
export class ContractApi extends Construct {
  public readonly api: RestApi;

  constructor(scope: Construct, id: string, props: ContractApiProps) {
    super(scope, id);
    const { operations, handlers, authorizer, logRetention: retention, removalPolicy } = props;
    const spare = Object.keys(handlers).filter((name) => !operations.some(({ operationId }) => operationId === name));
    if (spare.length > 0) throw new OpenApiContractError(`no operation in the contract for: ${spare.join(', ')}`);

    const accessLogs = new LogGroup(this, 'AccessLogs', { retention, removalPolicy });
    this.api = new RestApi(this, 'Api', {
      // Metrics know an API by this name alone: without it, all stages' and the sandbox's would be counted together.
      restApiName: Names.uniqueResourceName(this, { maxLength: 128, separator: '-' }),
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: removalPolicy,
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
      validateRequestBody: true,
      validateRequestParameters: true,
    });
    for (const operation of operations) this.addOperation(operation, props, validator, authorizer);
    new ImpactAlarm(this, 'ServerErrors', {
      metric: this.api.metricServerError({ period: Duration.minutes(1), statistic: 'Sum' }),
      impact: 'Callers get server errors: orders cannot be placed, read or cancelled.',
      runbook: 'api.md#server-errors',
    });
    this.acknowledge();
  }

  private addOperation(
    { operationId, path, method, parameters, requestSchema }: ContractOperation,
    { handlers }: ContractApiProps,
    requestValidator: RequestValidator,
    authorizer: IAuthorizer,
  ) {
    const handler = handlers[operationId];
    if (handler === undefined) throw new OpenApiContractError(`operation "${operationId}" has no handler`);
    const location = { path: 'path', query: 'querystring', header: 'header' } as const;
    this.api.root
      .resourceForPath(path)
      .addMethod(method, new LambdaIntegration(handler, { timeout: Duration.seconds(29) }), {
        operationName: operationId,
        authorizer,
        authorizationType: AuthorizationType.CUSTOM,
        requestValidator,
        requestParameters: Object.fromEntries(
          parameters.map((entry) => [`method.request.${location[entry.in]}.${entry.name}`, entry.required]),
        ),
        ...(requestSchema && { requestModels: { 'application/json': this.model(operationId, requestSchema) } }),
      });
  }

  private model(operationId: string, schema: object): IModel {
    const name = `${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}Request`;
    const model = new CfnModel(this, name, {
      restApiId: this.api.restApiId,
      name,
      contentType: 'application/json',
      schema: { $schema: 'http://json-schema.org/draft-04/schema#', ...schema },
    });
    this.api.latestDeployment?.node.addDependency(model);
    return { modelId: model.ref };
  }

  private acknowledge() {
    Validations.of(this.api).acknowledge(
      {
        id: 'AwsSolutions-APIG3',
        reason: 'A web ACL belongs to the edge, with its own cost; the gateway throttles and validates.',
      },
      {
        id: 'AwsSolutions-COG4',
        reason: 'Every method has a Lambda authorizer that takes any OIDC issuer (docs/adr).',
      },
    );
    Validations.of(this.api.node.findChild('CloudWatchRole')).acknowledge({
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      reason: 'The role is a setting of the whole account and region, for which AWS names this policy.',
    });
  }
}
