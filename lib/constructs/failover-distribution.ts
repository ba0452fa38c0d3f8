import { Duration, Names, Stack, Validations } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  type CfnDistribution,
  Distribution,
  HttpVersion,
  type IOrigin,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { OriginGroup, S3BucketOrigin, type S3BucketOriginBaseProps } from 'aws-cdk-lib/aws-cloudfront-origins';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnDelivery, CfnDeliveryDestination, CfnDeliverySource, LogGroup } from 'aws-cdk-lib/aws-logs';
import { AaaaRecord, ARecord, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ImpactAlarm, type RunbookEntry } from './impact-alarm';
import { serviceDefaultsOf } from './service-defaults';

/** A bucket that a distribution serves, known by its name: it need not exist yet. */
export interface DistributedBucket {
  readonly bucketName: string;
  readonly region: string;
}

export interface FailoverDistributionProps {
  /**
   * The first is asked first, the second whenever the first fails; CloudFront knows no third. Each must let the distribution in, see
   * `ReplicatedBucket.allowDistribution`. With one bucket there is nothing to fail over to.
   */
  readonly buckets: readonly [DistributedBucket, ...(readonly DistributedBucket[])];
  /** A name of one's own, with its certificate and records. @default the name that CloudFront gives, under which old TLS is accepted */
  readonly domain?: {
    /** For example `assets.shop.example.com`. */
    readonly name: string;
    /** A public zone that is delegated before the first deployment. */
    readonly zone: IHostedZone;
  };
  /** How long a bucket may take to accept a connection, whole seconds up to 10. Tried once. @default Duration.seconds(1) */
  readonly connectionTimeout?: Duration;
  /** How long it may take to begin its answer, and between two parts of it; whole seconds up to 120. @default Duration.seconds(1) */
  readonly responseTimeout?: Duration;
  /** Who is hurt while it answers with server errors: one sentence for the person whom the alarm wakes up. */
  readonly impact: string;
  /** What to do about it. */
  readonly runbook: RunbookEntry;
}

/** A distribution was given what CloudFront does not take. The message says what it takes. */
export class FailoverDistributionError extends Error {
  override readonly name = 'FailoverDistributionError';
}

/**
 * Serves objects of a bucket, and of its copy in another region whenever the first one fails to: it is missing or forbidden there
 * (403, 404: not copied yet, bucket lost), in trouble (500, 502, 503, 504), or does not answer in time. CloudFront decides that anew
 * for each request that no edge has cached, so nothing has to be detected, switched or switched back. By default it would try to
 * connect three times for ten seconds each, and wait for thirty more; here a client waits one second for a bucket that is out of
 * reach, and two for one that has accepted and stays silent.
 *
 * Buckets stay private: only this distribution may read them, by origin access control. HTTPS only, GET and HEAD only, security headers,
 * HTTP/3, TLS 1.2 with a domain of one's own. An object that neither bucket has is answered with 403, because listing is not granted.
 * Access log in CloudWatch Logs, without addresses and cookies of clients.
 *
 * Belongs into a stack in us-east-1: certificate, metrics and log delivery of CloudFront are there.
 * Costs (list price): 0.085 USD/GB and up, 0.01 USD for 10,000 requests, 0.50 USD/GB of log.
 *
 * @throws FailoverDistributionError outside of us-east-1, or for more than two buckets
 *
 * @example
 * const assets = new FailoverDistribution(this, 'Assets', {
 *   buckets: [
 *     { bucketName: 'shop-assets-sa-east-1', region: 'sa-east-1' },
 *     { bucketName: 'shop-assets-us-east-1', region: 'us-east-1' },
 *   ],
 *   domain: { name: 'assets.shop.example.com', zone },
 *   impact: 'Pages have no pictures.',
 *   runbook: 'assets.md#server-errors',
 * });
 */
export class FailoverDistribution extends Construct {
  /** What the buckets' policies name. */
  public readonly distributionArn: string;
  /** Where it answers. */
  public readonly domainName: string;
  private readonly distribution: Distribution;

  constructor(scope: Construct, id: string, props: FailoverDistributionProps) {
    super(scope, id);
    const { buckets, domain, impact, runbook } = props;
    const { region } = Stack.of(this);
    if (region !== 'us-east-1') {
      throw new FailoverDistributionError(`the stack is in ${region}; expected us-east-1`);
    }
    if (buckets.length > 2) {
      throw new FailoverDistributionError(
        `${buckets.length} buckets; expected one or two: CloudFront knows no third origin`,
      );
    }
    const name = domain && {
      domainNames: [domain.name],
      certificate: new Certificate(this, 'Certificate', {
        domainName: domain.name,
        validation: CertificateValidation.fromDns(domain.zone),
      }),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
    };
    this.distribution = new Distribution(this, 'Resource', {
      ...name,
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultBehavior: {
        origin: this.origin(props),
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: ResponseHeadersPolicy.SECURITY_HEADERS,
      },
      // A failure of both is not remembered for ten seconds by every edge.
      errorResponses: [500, 502, 503, 504].map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(1) })),
    });
    this.distributionArn = this.distribution.distributionArn;
    this.domainName = domain?.name ?? this.distribution.distributionDomainName;
    if (domain) {
      const target = RecordTarget.fromAlias(new CloudFrontTarget(this.distribution));
      new ARecord(this, 'Ipv4', { zone: domain.zone, recordName: domain.name, target });
      new AaaaRecord(this, 'Ipv6', { zone: domain.zone, recordName: domain.name, target });
    }
    this.log();
    new ImpactAlarm(this, 'ServerErrors', {
      metric: this.distribution.metric5xxErrorRate({ period: Duration.minutes(5), region: 'us-east-1' }),
      impact,
      runbook,
    });
    this.acknowledge(domain !== undefined);
  }

  private origin({ buckets, connectionTimeout, responseTimeout }: FailoverDistributionProps): IOrigin {
    const bounded = ({ bucketName, region }: DistributedBucket): IOrigin => {
      const parent = new Construct(this, bucketName);
      return new BoundedBucketOrigin(Bucket.fromBucketAttributes(parent, 'Bucket', { bucketName, region }), {
        originAccessControlId: new S3OriginAccessControl(parent, 'AccessControl').originAccessControlId,
        connectionAttempts: 1,
        connectionTimeout: connectionTimeout ?? Duration.seconds(1),
        responseTimeout: responseTimeout ?? Duration.seconds(1),
      });
    };
    const [first, second] = buckets;
    const primaryOrigin = bounded(first);
    if (second === undefined) return primaryOrigin;
    const fallbackStatusCodes = [403, 404, 500, 502, 503, 504];
    return new OriginGroup({ primaryOrigin, fallbackOrigin: bounded(second), fallbackStatusCodes });
  }

  /** Standard logging (v2): it needs no bucket with access control lists, and forgets by itself. */
  private log(): void {
    const { logRetention: retention, removalPolicy } = serviceDefaultsOf(this);
    const { account } = Stack.of(this);
    const group = new LogGroup(this, 'AccessLogs', { retention, removalPolicy });
    group.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        // It ends in `:*`, which is every stream of the group.
        resources: [group.logGroupArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    const name = Names.uniqueResourceName(this, { maxLength: 60, separator: '-' });
    const source = new CfnDeliverySource(this, 'LogSource', {
      name,
      logType: 'ACCESS_LOGS',
      resourceArn: this.distributionArn,
    });
    const destination = new CfnDeliveryDestination(this, 'LogDestination', {
      name,
      outputFormat: 'json',
      destinationResourceArn: group.logGroupArn,
    });
    const delivery = new CfnDelivery(this, 'LogDelivery', {
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.attrArn,
      recordFields: loggedFields,
    });
    delivery.addResourceDependency(source);
  }

  private acknowledge(hasDomain: boolean): void {
    const reasons: Record<string, string> = {
      'AwsSolutions-CFR1': 'The shop sells to the whole world.',
      'AwsSolutions-CFR2':
        'Static files by GET and HEAD, from a private bucket: there is no input for a web ACL to look at.',
      'AwsSolutions-CFR3':
        'Logged by standard logging v2, which is a delivery of CloudWatch Logs and no property of the distribution.',
      ...(!hasDomain && {
        'AwsSolutions-CFR4': 'CloudFront decides which TLS it takes for names of its own; a domain sets TLS 1.2.',
      }),
    };
    Validations.of(this.distribution).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
  }
}

/** What a line of the access log says: nothing of who the client is. */
const loggedFields = [
  'date',
  'time',
  'x-edge-location',
  'x-edge-request-id',
  'cs-method',
  'cs-uri-stem',
  'cs-protocol-version',
  'ssl-protocol',
  'sc-status',
  'sc-bytes',
  'time-taken',
  'time-to-first-byte',
  'x-edge-result-type',
  'x-edge-detailed-result-type',
];

interface BoundedBucketOriginProps extends S3BucketOriginBaseProps {
  readonly responseTimeout: Duration;
}

/** A bucket as an origin that may take only so long to answer: CDK has no property for that yet. */
class BoundedBucketOrigin extends S3BucketOrigin {
  constructor(
    bucket: IBucket,
    private readonly bounds: BoundedBucketOriginProps,
  ) {
    super(bucket, bounds);
  }

  protected override renderS3OriginConfig(): CfnDistribution.S3OriginConfigProperty {
    return { originAccessIdentity: '', originReadTimeout: this.bounds.responseTimeout.toSeconds() };
  }
}
