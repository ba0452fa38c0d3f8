import { HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';

/** A public DNS zone as other stacks have to know it, wherever and by whomever it was made. */
export interface DnsZone {
  /** The domain whose names the zone answers for, for example `shop.example.com`; the zone itself may be that of a parent. */
  readonly zoneName: string;
  readonly hostedZoneId: string;
}

/** The zone as a construct of this scope. */
export const dnsZone = (scope: Construct, id: string, { zoneName, hostedZoneId }: DnsZone): IHostedZone =>
  HostedZone.fromHostedZoneAttributes(scope, id, { zoneName, hostedZoneId });
