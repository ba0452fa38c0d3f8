import { Match, Template } from 'aws-cdk-lib/assertions';
import { AuthorizationType, EndpointType, MockIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { RegionalApiDomain } from '../../../lib/constructs/regional-api-domain';
import { testStack } from './synthesize';

const withDomain = () => {
  const stack = testStack();
  const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'shop.example.com' });
  const api = new RestApi(stack, 'Api', { endpointTypes: [EndpointType.REGIONAL], cloudWatchRole: false });
  api.root.addMethod('GET', new MockIntegration(), { authorizationType: AuthorizationType.IAM });
  new RegionalApiDomain(stack, 'Domain', { api, domainName: 'api.shop.example.com', region: 'sa-east-1', zone });
  // The rule packs would speak of the API, which is here only to be mapped.
  return Template.fromStack(stack);
};

const template = withDomain();

describe('RegionalApiDomain', () => {
  it('has one certificate for the common and the own name, proven by records in the zone', () => {
    template.hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: 'api.shop.example.com',
      SubjectAlternativeNames: ['sa-east-1.api.shop.example.com'],
      ValidationMethod: 'DNS',
      DomainValidationOptions: ['api.shop.example.com', 'sa-east-1.api.shop.example.com'].map((DomainName) => ({
        DomainName,
        HostedZoneId: { Ref: Match.stringLikeRegexp('^Zone') },
      })),
    });
    template.resourceCountIs('AWS::CertificateManager::Certificate', 1);
  });

  it.each(['api.shop.example.com', 'sa-east-1.api.shop.example.com'])(
    'answers for %s in this region only, from TLS 1.2 on, at the root of the name',
    (name) => {
      const certificate = { Ref: Match.stringLikeRegexp('^DomainCertificate') };
      template.hasResourceProperties('AWS::ApiGateway::DomainName', {
        DomainName: name,
        EndpointConfiguration: { Types: ['REGIONAL'] },
        SecurityPolicy: 'TLS_1_2',
        RegionalCertificateArn: certificate,
      });
      const [id = ''] = Object.keys(
        template.findResources('AWS::ApiGateway::DomainName', { Properties: { DomainName: name } }),
      );
      template.hasResourceProperties('AWS::ApiGateway::BasePathMapping', {
        DomainName: { Ref: id },
        BasePath: Match.absent(),
        RestApiId: { Ref: Match.stringLikeRegexp('^Api') },
        Stage: { Ref: Match.stringLikeRegexp('^ApiDeploymentStage') },
      });
    },
  );
});
