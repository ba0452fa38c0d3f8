import { join } from 'node:path';
import { Annotations, CfnOutput, Duration, type RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { type IDomainName, IdentitySource, RequestAuthorizer, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { AuthorizeRequestEnv, TokenIssuer } from '../../../lambdas/gateway/authorize-request.contract';
import { type DnsZone, dnsZone } from '../../constructs/dns-zone';
import { RegionalApiDomain } from '../../constructs/regional-api-domain';
import { ServiceFunction } from '../../constructs/service-function';
import { ContractApi } from './constructs/contract-api';
import { readOpenApiContract } from './constructs/openapi-contract';

export interface GatewayServiceStackProps extends StackProps {
  /** The function that answers each operation of the contract, by `operationId`. */
  readonly handlers: { readonly [operationId: string]: IFunction };
  /** Whom tokens may come from: every region's issuer, the own one first. */
  readonly issuers: readonly TokenIssuer[];
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
  /** The API's own name in all regions, for example `api.shop.example.com`. @default none: it answers at its AWS name */
  readonly domain?: { readonly name: string; readonly zone: DnsZone };
}

const contract = join(__dirname, '../../../contracts/openapi/tenfold-v1.yaml');

/** The store's public door: version 1 of the REST API, built from its contract. */
export class GatewayServiceStack extends Stack {
  /** Where this region answers for the API's own name, and for the region's; for records in DNS. */
  public readonly domain: { readonly common: IDomainName; readonly own: IDomainName } | undefined;

  /** Answers with a status of 500 or more, a minute. */
  public readonly serverErrors: IMetric;
  /** One line a request, whoever answered it. */
  public readonly accessLogs: ILogGroup;

  constructor(scope: Construct, id: string, props: GatewayServiceStackProps) {
    super(scope, id, props);
    const { handlers, issuers, logRetention, removalPolicy, domain } = props;
    const operations = readOpenApiContract(contract);
    const routeScopes = Object.fromEntries(
      operations
        .filter(({ isPublic }) => !isPublic)
        .map(({ method, path, scopes }) => [`${method} ${path}`, scopes.join(' ')]),
    );
    const authorize = new ServiceFunction<AuthorizeRequestEnv>(this, 'AuthorizeRequest', {
      entry: 'gateway/authorize-request',
      environment: {
        // Ids of pools and clients, which are not known yet, need no escaping.
        ISSUERS: JSON.stringify(issuers),
        ROUTE_SCOPES: JSON.stringify(routeScopes),
      },
      failureImpact: 'Nobody can call the API.',
      optOutOfErrorAlarm: {
        reason:
          'API Gateway answers 401 when an authorizer throws, so every refused token counts as an error. When tokens cannot be checked, callers get a 5xx, which rings the alarm of the API.',
      },
    });
    const authorizer = new RequestAuthorizer(this, 'Authorizer', {
      handler: authorize.alias,
      identitySources: [IdentitySource.header('Authorization')],
      resultsCacheTtl: Duration.minutes(5),
    });
    const { api, accessLogs, serverErrors } = new ContractApi(this, 'V1', {
      operations,
      handlers,
      authorizer,
      logRetention,
      removalPolicy,
    });
    this.serverErrors = serverErrors;
    this.accessLogs = accessLogs;
    new CfnOutput(this, 'ApiId', { value: api.restApiId, description: 'REST API v1' });
    // Without the slash that RestApi.url ends in: two in a row are another path to API Gateway.
    const url = `https://${api.restApiId}.execute-api.${this.region}.${this.urlSuffix}/${api.deploymentStage.stageName}`;
    new CfnOutput(this, 'ApiUrl', { value: url, description: 'Where the API answers: append /v1/orders' });
    if (domain === undefined) {
      Annotations.of(this).addInfo(`no domain is configured: ${this.region} is deployed without GeoDNS`);
      const value = 'off: no domain is configured, so each region answers at its own address and nothing fails over';
      new CfnOutput(this, 'GeoDns', { value, description: 'Whether clients are sent to the nearest healthy region' });
    }
    this.domain = domain && this.named(api, domain);
  }

  private named(api: RestApi, { name, zone }: NonNullable<GatewayServiceStackProps['domain']>): RegionalApiDomain {
    return new RegionalApiDomain(this, 'Domain', {
      api,
      domainName: name,
      region: this.region,
      zone: dnsZone(this, 'Zone', zone),
    });
  }
}
