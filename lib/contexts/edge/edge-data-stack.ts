import { CfnOutput, Fn, type RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { DnsZone } from '../../constructs/dns-zone';

export interface EdgeDataStackProps extends StackProps {
  /** For example `shop.example.com`. */
  readonly domain: string;
  /**
   * Keeps records changeable within an hour while us-east-1, where Route 53 is managed from, is gone. Route 53 asks nothing extra for
   * it. Answers to clients and fail-overs need none of it, which is why it is off unless you want it.
   */
  readonly accelerate: boolean;
  readonly removalPolicy: RemovalPolicy;
}

/** The store's DNS zone, apart from its records: whoever loses it loses the delegation, and with it every name. */
export class EdgeDataStack extends Stack {
  public readonly zone: DnsZone;

  constructor(scope: Construct, id: string, props: EdgeDataStackProps) {
    super(scope, id, props);
    const { domain, accelerate, removalPolicy } = props;
    const zone = new PublicHostedZone(this, 'Zone', {
      zoneName: domain,
      ...(accelerate && { acceleratedRecoveryEnabled: true }),
    });
    zone.applyRemovalPolicy(removalPolicy);
    this.zone = { zoneName: domain, hostedZoneId: zone.hostedZoneId };
    new CfnOutput(this, 'HostedZoneId', { value: zone.hostedZoneId, description: `Hosted zone of ${domain}` });
    new CfnOutput(this, 'NameServers', {
      value: Fn.join(' ', zone.hostedZoneNameServers ?? []),
      description: `What the parent zone has to delegate ${domain} to, before certificates can be issued`,
    });
  }
}
