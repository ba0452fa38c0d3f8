import {
  BasePathMapping,
  DomainName,
  EndpointType,
  type IDomainName,
  type RestApi,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigateway';
import { Certificate, CertificateValidation, KeyAlgorithm } from 'aws-cdk-lib/aws-certificatemanager';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';

export interface RegionalApiDomainProps {
  /** The REST API that answers; its deployed stage is mapped to the root of both names. */
  readonly api: RestApi;
  /** The name that all regions share, for example `api.shop.example.com`. */
  readonly domainName: string;
  /** The label of this region's own name below it, for example `sa-east-1`. */
  readonly region: string;
  /** Where the certificate proves that the names are ours: public, and delegated before the first deployment. */
  readonly zone: IHostedZone;
}

/**
 * The names under which a REST API answers in one of several regions: the common one, and the region's own. Each name is a
 * custom domain with an endpoint of its own; records for a name must lead to the endpoint of that name. One certificate in
 * the region covers both, validated and renewed by DNS. TLS 1.2 and 1.3: Route 53's health checkers are not known to speak 1.3.
 *
 * @example
 * const { common, own } = new RegionalApiDomain(this, 'Domain', { api, domainName: 'api.shop.example.com', region: 'sa-east-1', zone });
 * // In the stack of the records: new ApiGatewayDomain(common), new ApiGatewayDomain(own)
 */
export class RegionalApiDomain extends Construct {
  /** Answers for the name that all regions share. */
  public readonly common: IDomainName;
  /** Answers for this region's own name. */
  public readonly own: IDomainName;

  constructor(scope: Construct, id: string, props: RegionalApiDomainProps) {
    super(scope, id);
    const { api, domainName, region, zone } = props;
    const ownName = `${region}.${domainName}`;
    const certificate = new Certificate(this, 'Certificate', {
      domainName,
      subjectAlternativeNames: [ownName],
      validation: CertificateValidation.fromDns(zone),
      keyAlgorithm: KeyAlgorithm.RSA_2048,
    });
    const named = (child: string, name: string): IDomainName => {
      const domain = new DomainName(this, child, {
        domainName: name,
        certificate,
        endpointType: EndpointType.REGIONAL,
        securityPolicy: SecurityPolicy.TLS_1_2,
      });
      new BasePathMapping(this, `${child}Mapping`, { domainName: domain, restApi: api, stage: api.deploymentStage });
      return domain;
    };
    this.common = named('Common', domainName);
    this.own = named('Own', ownName);
  }
}
