import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import {
  FailoverDistribution,
  FailoverDistributionError,
  type FailoverDistributionProps,
} from '../../../lib/constructs/failover-distribution';
import { setServiceDefaults } from '../../../lib/constructs/service-defaults';
import { checkedTemplate, context, testStack } from './synthesize';

const bucketIn = (region: string) => ({ bucketName: `shop-assets-${region}`, region });
const two = [bucketIn('sa-east-1'), bucketIn('us-east-1')] as const;
const alarm = { impact: 'Pages have no pictures.', runbook: 'assets.md#server-errors' } as const;

const stackInVirginia = () => {
  const app = new App({ context });
  setServiceDefaults(app, { removalPolicy: RemovalPolicy.DESTROY, logRetention: RetentionDays.ONE_WEEK });
  return new Stack(app, 'Assets', { env: { account: '111111111111', region: 'us-east-1' } });
};

const distributionOf = (buckets: FailoverDistributionProps['buckets'], domain?: string) => {
  const stack = stackInVirginia();
  const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'shop.example.com' });
  new FailoverDistribution(stack, 'Assets', { buckets, ...alarm, ...(domain && { domain: { name: domain, zone } }) });
  return checkedTemplate(stack);
};

describe('FailoverDistribution', () => {
  const template = distributionOf(two, 'assets.shop.example.com');
  const config = (expected: object) =>
    template.hasResourceProperties('AWS::CloudFront::Distribution', { DistributionConfig: expected });

  it('asks the second bucket when the first has not, may not, or cannot', () => {
    config({
      OriginGroups: {
        Quantity: 1,
        Items: [
          Match.objectLike({
            FailoverCriteria: { StatusCodes: { Quantity: 6, Items: [403, 404, 500, 502, 503, 504] } },
          }),
        ],
      },
    });
  });

  it('gives each bucket one try of a second to connect and two seconds to begin its answer', () => {
    config({
      Origins: two.map(({ bucketName }) =>
        Match.objectLike({
          DomainName: Match.anyValue(),
          ConnectionAttempts: 1,
          ConnectionTimeout: 1,
          S3OriginConfig: { OriginAccessIdentity: '', OriginReadTimeout: 1 },
          OriginAccessControlId: {
            'Fn::GetAtt': [Match.stringLikeRegexp(`Assets${bucketName}AccessControl`.replaceAll('-', '')), 'Id'],
          },
        }),
      ),
    });
    const { Origins } =
      Object.values(template.findResources('AWS::CloudFront::Distribution'))[0]?.['Properties'].DistributionConfig ??
      {};
    expect(JSON.stringify(Origins)).toMatch(/shop-assets-sa-east-1.s3.sa-east-1.*shop-assets-us-east-1.s3.us-east-1/);
  });

  it('signs every request to a bucket', () => {
    template.resourceCountIs('AWS::CloudFront::OriginAccessControl', 2);
    template.allResourcesProperties('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: {
        OriginAccessControlOriginType: 's3',
        SigningBehavior: 'always',
        SigningProtocol: 'sigv4',
      },
    });
  });

  it('answers GET and HEAD, over HTTPS, with security headers', () => {
    config({
      DefaultCacheBehavior: {
        AllowedMethods: ['GET', 'HEAD'],
        ViewerProtocolPolicy: 'https-only',
        // AWS's own SecurityHeadersPolicy.
        ResponseHeadersPolicyId: '67f7725c-6f97-4210-82d7-5512b31e9d03',
      },
      HttpVersion: 'http2and3',
    });
  });

  it('has a name of its own, from TLS 1.2 on, for IPv4 and IPv6', () => {
    config({
      Aliases: ['assets.shop.example.com'],
      ViewerCertificate: {
        AcmCertificateArn: { Ref: Match.stringLikeRegexp('^AssetsCertificate') },
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
      },
    });
    for (const Type of ['A', 'AAAA']) {
      template.hasResourceProperties('AWS::Route53::RecordSet', { Type, Name: 'assets.shop.example.com.' });
    }
  });

  it('does not let the edges remember that both buckets failed', () => {
    config({
      CustomErrorResponses: [500, 502, 503, 504].map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 1 })),
    });
  });

  it('logs requests where logs are kept as long as the stage says, without saying who asked', () => {
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
    template.hasResourceProperties('AWS::Logs::DeliverySource', { LogType: 'ACCESS_LOGS' });
    template.hasResourceProperties('AWS::Logs::DeliveryDestination', {
      DestinationResourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AssetsAccessLogs'), 'Arn'] },
    });
    const [delivery] = Object.values(template.findResources('AWS::Logs::Delivery'));
    expect(delivery?.['Properties'].RecordFields).toEqual(expect.arrayContaining(['cs-uri-stem', 'sc-status']));
    expect(delivery?.['Properties'].RecordFields).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^c-ip|Cookie|x-forwarded-for/)]),
    );
    const [policy] = Object.values(template.findResources('AWS::Logs::ResourcePolicy'));
    const document = JSON.stringify(policy?.['Properties'].PolicyDocument);
    expect(document).toContain('delivery.logs.amazonaws.com');
    // The ARN of a group ends in `:*`, its streams; whatever is appended to it names nothing.
    expect(document).not.toContain('log-stream');
  });

  it('rings when one in a hundred answers is a server error', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: '5xxErrorRate',
      Threshold: 1,
      Period: 300,
      AlarmDescription: 'Pages have no pictures. Runbook: docs/runbooks/assets.md#server-errors',
    });
  });
});

describe('FailoverDistribution', () => {
  it('serves one bucket without a group, and under the name of CloudFront', () => {
    const template = distributionOf([bucketIn('sa-east-1')]);
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: { OriginGroups: Match.absent(), Aliases: Match.absent() },
    });
    template.resourceCountIs('AWS::CertificateManager::Certificate', 0);
  });

  it('refuses a third bucket, and a stack outside of us-east-1', () => {
    const [first, second] = two;
    const three = [first, second, bucketIn('eu-west-1')] as const;
    expect(() => distributionOf(three)).toThrow(
      new FailoverDistributionError('3 buckets; expected one or two: CloudFront knows no third origin'),
    );
    expect(() => new FailoverDistribution(testStack(), 'Assets', { buckets: two, ...alarm })).toThrow(
      new FailoverDistributionError('the stack is in eu-west-1; expected us-east-1'),
    );
  });
});
