import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { IDomainName } from 'aws-cdk-lib/aws-apigateway';
import { ApiGatewayDomain } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { type DnsZone, dnsZone } from '../../constructs/dns-zone';
import { GeoRouting, type GeoRoutingProps } from '../../constructs/geo-routing';
import { RegionSwitchPlan, type RegionSwitchPlanProps, type SwitchedRegion } from '../../constructs/region-switch-plan';
import { RegionalHealth } from '../../constructs/regional-health';

/** What a region has made for traffic to find it. */
export interface EdgeRegion {
  readonly region: string;
  /** Where it answers for the name that all regions share, and for its own. */
  readonly domain: { readonly common: IDomainName; readonly own: IDomainName };
  /** Name of the region's alarm that rings when it has fallen silent. */
  readonly heartbeatAlarmName: string;
  /** The functions that a Region switch plan calls here. @default none: the region cannot be part of one */
  readonly switchFunctions?: Omit<SwitchedRegion, 'region'>;
  /** The stack that has them; a plan refers to them by name, which orders no deployment. */
  readonly switchStack: Stack;
}

export interface EdgeStackProps extends StackProps {
  /** The API's name in all regions, for example `api.shop.example.com`. */
  readonly apiDomain: string;
  readonly zone: DnsZone;
  readonly regions: readonly EdgeRegion[];
  readonly routing: Pick<GeoRoutingProps, 'continents' | 'countries' | 'defaultRegion'>;
  /** An ARC Region switch plan beside the stage's own evacuation; about 70 USD a month. @default none */
  readonly regionSwitchPlan?: RegionSwitchPlanProps;
}

/**
 * Where clients are sent: the health of every region, and records that follow it. Exists once for all regions, in us-east-1. Nothing of
 * it is changed to fail over, so it may be gone while it matters: Route 53 answers by what it was told.
 */
export class EdgeStack extends Stack {
  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    super(scope, id, props);
    const { apiDomain, regions, routing, regionSwitchPlan } = props;
    const health = new Construct(this, 'Health');
    new GeoRouting(this, 'Api', {
      ...routing,
      zone: dnsZone(this, 'Zone', props.zone),
      domainName: apiDomain,
      regions: regions.map(({ region, domain, heartbeatAlarmName }) => ({
        region,
        endpoint: new ApiGatewayDomain(domain.common),
        ownEndpoint: new ApiGatewayDomain(domain.own),
        healthCheck: new RegionalHealth(health, region, {
          region,
          hostName: `${region}.${apiDomain}`,
          heartbeatAlarmName,
          impact: `${region} gets no traffic: its customers are served by another region, further away.`,
          runbook: 'regions.md#health-checks',
        }).check,
      })),
    });
    if (regionSwitchPlan) {
      new RegionSwitchPlan(this, 'SwitchPlan', regionSwitchPlan);
      for (const { switchStack } of regions) this.addStackDependency(switchStack);
    }
    new CfnOutput(this, 'ApiDomainUrl', {
      value: `https://${apiDomain}`,
      description: 'Where the API answers, from the nearest healthy region: append /v1/orders',
    });
  }
}
