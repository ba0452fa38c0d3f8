import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type DnsZone, dnsZone } from '../../constructs/dns-zone';
import { type DistributedBucket, FailoverDistribution } from '../../constructs/failover-distribution';

export interface AssetsStackProps extends StackProps {
  /** The buckets of all regions, by name: they are made after this stack, because their policies name the distribution. */
  readonly buckets: readonly [DistributedBucket, ...(readonly DistributedBucket[])];
  /** A name of one's own. @default the one that CloudFront gives */
  readonly domain?: { readonly name: string; readonly zone: DnsZone };
}

/** Serves the store's assets from the first region's bucket, and from the second's whenever the first fails. Once for all regions, in us-east-1. */
export class AssetsStack extends Stack {
  public readonly distributionArn: string;

  constructor(scope: Construct, id: string, props: AssetsStackProps) {
    super(scope, id, props);
    const { buckets, domain } = props;
    const [first, second] = buckets;
    const distribution = new FailoverDistribution(this, 'Distribution', {
      buckets: second ? [first, second] : [first],
      ...(domain && { domain: { name: domain.name, zone: dnsZone(this, 'Zone', domain.zone) } }),
      impact: 'Pages have no pictures, styles or scripts.',
      runbook: 'assets.md#server-errors',
    });
    this.distributionArn = distribution.distributionArn;
    new CfnOutput(this, 'AssetsUrl', {
      value: `https://${distribution.domainName}`,
      description: 'Where assets are served: append the key of an object',
    });
  }
}
