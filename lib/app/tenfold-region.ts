import { CliCredentialsStackSynthesizer, Duration, RemovalPolicy, type StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { DomainDataStack } from '../constructs/domain-data-stack';
import type { DomainTable } from '../constructs/domain-table';
import { setServiceDefaults } from '../constructs/service-defaults';
import { BackboneDataStack } from '../contexts/backbone';
import { GatewayServiceStack } from '../contexts/gateway';
import { IdentityStack } from '../contexts/identity';
import { InventoryServiceStack } from '../contexts/inventory';
import { LoyaltyServiceStack } from '../contexts/loyalty';
import { OrderingServiceStack } from '../contexts/ordering';
import { PaymentsServiceStack } from '../contexts/payments';
import { SandboxStack } from '../contexts/sandbox';
import { ShippingServiceStack } from '../contexts/shipping';
import type { StageConfig } from './stage-config';

export interface TenfoldRegionProps {
  readonly config: StageConfig;
  /** The region that these stacks go to; one of `config.regions`. */
  readonly region: string;
  /** What the names of the stage's stacks begin with, for example `Tenfold-Prod`. */
  readonly stageId: string;
}

/** All stacks of a stage in one region, which is complete in itself. */
export class TenfoldRegion extends Construct {
  public readonly region: string;
  private readonly config: StageConfig;
  private readonly stageId: string;
  private readonly removalPolicy: RemovalPolicy;
  private readonly backbone: BackboneDataStack;
  private readonly identity: IdentityStack;

  /** Makes what the other regions have to know: the backbone and the identity. The rest comes with `addContexts`. */
  constructor(scope: Construct, id: string, props: TenfoldRegionProps) {
    super(scope, id);
    const { config, region, stageId } = props;
    this.config = config;
    this.region = region;
    this.stageId = stageId;
    this.removalPolicy = config.removalPolicy === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const { removalPolicy } = this;
    this.backbone = new BackboneDataStack(this, 'BackboneData', {
      ...this.dataStack('BackboneData'),
      removalPolicy,
      alarmEmail: config.alarmEmail,
    });
    setServiceDefaults(this, { alarmTopic: this.backbone.alarms });
    this.identity = new IdentityStack(this, 'Identity', {
      ...this.dataStack('Identity'),
      removalPolicy,
      domainPrefix: `tenfold-${config.name}-${config.account}-${region}`,
    });
  }

  /** Makes the stacks of every context. */
  public addContexts(): void {
    const { config, region, removalPolicy } = this;
    const { events, dataKey: encryptionKey } = this.backbone;
    const outside = this.outsideWorld();

    const inventory = new InventoryServiceStack(this, 'InventoryService', {
      ...this.stack('InventoryService'),
      table: this.table('InventoryData', 'inventory'),
      events,
    });
    const payments = new PaymentsServiceStack(this, 'PaymentsService', {
      ...this.stack('PaymentsService'),
      table: this.table('PaymentsData', 'payments'),
      connection: outside.paymentProvider,
      chargePatience: Duration.seconds(config.saga.queueTimeoutSeconds),
      events,
    });
    const shipping = new ShippingServiceStack(this, 'ShippingService', {
      ...this.stack('ShippingService'),
      table: this.table('ShippingData', 'shipping'),
      connection: outside.carrier,
      events,
    });
    new LoyaltyServiceStack(this, 'LoyaltyService', {
      ...this.stack('LoyaltyService'),
      table: this.table('LoyaltyData', 'loyalty'),
      events,
    });
    const ordering = new OrderingServiceStack(this, 'OrderingService', {
      ...this.stack('OrderingService'),
      table: this.table('OrderingData', 'ordering'),
      events,
      encryptionKey,
      pace: config.saga,
      steps: { ...inventory.steps, ...payments.steps, ...shipping.steps },
    });
    new GatewayServiceStack(this, 'GatewayService', {
      ...this.stack('GatewayService'),
      handlers: ordering.api,
      userPool: this.identity.userPool,
      identityEndpoint: config.identityEndpoint ?? `https://cognito-idp.${region}.amazonaws.com`,
      logRetention: config.logRetentionDays,
      removalPolicy,
    });
  }

  private table(id: string, context: string): DomainTable {
    const { dataKey: encryptionKey } = this.backbone;
    return new DomainDataStack(this, id, { ...this.dataStack(id), context, encryptionKey }).table;
  }

  /** How to reach those who charge cards and ship parcels. */
  private outsideWorld() {
    const { paymentProvider, carrier } = this.config;
    if (paymentProvider !== 'sandbox' && carrier !== 'sandbox') return { paymentProvider, carrier };
    const sandbox = new SandboxStack(this, 'Sandbox', {
      ...this.stack('Sandbox'),
      encryptionKey: this.backbone.dataKey,
      removalPolicy: this.removalPolicy,
    });
    return {
      paymentProvider: paymentProvider === 'sandbox' ? sandbox.paymentProvider : paymentProvider,
      carrier: carrier === 'sandbox' ? sandbox.carrier : carrier,
    };
  }

  private stack(name: string): StackProps {
    const { account, name: stage } = this.config;
    return {
      env: { account, region: this.region },
      stackName: `${this.stageId}-${this.region}-${name}`,
      // Local clouds have no bootstrap roles to assume; on AWS the CLI's credentials are too much to publish with.
      ...(stage === 'local' && { synthesizer: new CliCredentialsStackSynthesizer() }),
    };
  }

  private dataStack(name: string): StackProps {
    return { ...this.stack(name), terminationProtection: this.config.removalPolicy === 'retain' };
  }
}
