import { CliCredentialsStackSynthesizer, RemovalPolicy, type StackProps } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { DnsZone } from '../constructs/dns-zone';
import { setServiceDefaults } from '../constructs/service-defaults';
import { AssetsStack } from '../contexts/assets';
import { BackboneAlarmsStack } from '../contexts/backbone';
import { EdgeDataStack, type EdgeRegion, EdgeStack } from '../contexts/edge';
import { type StageConfig, StageConfigError } from './stage-config';

export interface TenfoldGlobalProps {
  readonly config: StageConfig;
  /** What the names of the stage's stacks begin with, for example `Tenfold-Prod`. */
  readonly stageId: string;
  /** Who hears of alarms in us-east-1. @default a topic of its own: the store does not live there */
  readonly alarms?: ITopic;
}

/** The stacks of a stage that exist once for all regions, in us-east-1: there CloudFront and Route 53 have what belongs to them. */
export class TenfoldGlobal extends Construct {
  /** The one region of everything here. */
  public static readonly region = 'us-east-1';
  /** The store's domain and the zone that answers for it; none without a domain. */
  public readonly zone: DnsZone | undefined;
  /** The distribution that serves every region's assets. */
  public readonly distributionArn: string;
  private readonly config: StageConfig;
  private readonly stageId: string;

  /** Makes what the regions have to know: the zone, and the distribution that their buckets let in. The rest comes with `addEdge`. */
  constructor(scope: Construct, id: string, props: TenfoldGlobalProps) {
    super(scope, id);
    const { config, stageId, alarms } = props;
    this.config = config;
    this.stageId = stageId;
    setServiceDefaults(this, { alarmTopic: alarms ?? this.ownAlarms() });
    this.zone = this.dnsZone();
    const [first, ...others] = config.regions.map((region) => ({
      region,
      bucketName: assetsBucketName(config, region),
    }));
    if (first === undefined) throw new Error('a stage has at least one region');
    this.distributionArn = new AssetsStack(this, 'Assets', {
      ...this.stack('Assets'),
      buckets: [first, ...others],
      ...(this.zone && { domain: { name: `assets.${this.zone.zoneName}`, zone: this.zone } }),
    }).distributionArn;
  }

  /** Sends clients to the regions, once these have their names. Does nothing without a domain. */
  public addEdge(regions: readonly EdgeRegion[]): void {
    const { zone } = this;
    if (zone === undefined) return;
    const { continents, countries, default: defaultRegion } = this.config.routing;
    new EdgeStack(this, 'Edge', {
      ...this.stack('Edge'),
      zone,
      apiDomain: apiDomainOf(zone),
      regions,
      routing: { continents, countries, ...(defaultRegion !== undefined && { defaultRegion }) },
      ...(this.config.regionSwitchPlan && { regionSwitchPlan: this.switchPlan(regions) }),
    });
  }

  private switchPlan(regions: readonly EdgeRegion[]) {
    const [one, other, ...more] = regions.flatMap(({ region, switchFunctions }) =>
      switchFunctions ? [{ region, ...switchFunctions }] : [],
    );
    if (one === undefined || other === undefined || more.length > 0) {
      const able = regions.filter(({ switchFunctions }) => switchFunctions).length;
      throw new StageConfigError(
        `regionSwitchPlan: got true; expected false: ${able} of ${regions.length} regions have functions that evacuate another, and a plan has exactly two`,
      );
    }
    return { planName: `tenfold-${this.config.name}`, regions: [one, other] as const };
  }

  private ownAlarms(): ITopic {
    const { alarmEmail } = this.config;
    return new BackboneAlarmsStack(this, 'BackboneAlarms', {
      ...this.stack('BackboneAlarms'),
      removalPolicy: this.removalPolicy(),
      ...(alarmEmail !== undefined && { alarmEmail }),
    }).alarms;
  }

  private dnsZone(): DnsZone | undefined {
    const { domain, hostedZone, accelerateDns, removalPolicy } = this.config;
    if (domain === undefined || hostedZone === undefined) return undefined;
    if (hostedZone !== 'create') return { zoneName: domain, hostedZoneId: hostedZone.id };
    return new EdgeDataStack(this, 'EdgeData', {
      ...this.stack('EdgeData'),
      terminationProtection: removalPolicy === 'retain',
      domain,
      accelerate: accelerateDns,
      removalPolicy: this.removalPolicy(),
    }).zone;
  }

  private removalPolicy(): RemovalPolicy {
    return this.config.removalPolicy === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
  }

  private stack(name: string): StackProps {
    const { account, name: stage } = this.config;
    return {
      env: { account, region: TenfoldGlobal.region },
      stackName: `${this.stageId}-${name}`,
      ...(stage === 'local' && { synthesizer: new CliCredentialsStackSynthesizer() }),
    };
  }
}

/** What the API is called in all regions. */
export const apiDomainOf = ({ zoneName }: DnsZone): string => `api.${zoneName}`;

/** What a region's bucket of assets is called: known before it exists, and unique in the world. */
export const assetsBucketName = ({ name, account }: StageConfig, region: string): string =>
  `tenfold-${name}-assets-${account}-${region}`;
