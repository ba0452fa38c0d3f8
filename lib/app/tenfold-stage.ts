import { CliCredentialsStackSynthesizer, Duration, RemovalPolicy, Stage, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DomainDataStack } from '../constructs/domain-data-stack';
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
import type { StageConfig, StageName } from './stage-config';

export interface TenfoldStageProps {
  readonly config: StageConfig;
  /** The region that these stacks go to; one of `config.regions`. */
  readonly region: string;
}

/** All stacks of one stage in one region. */
export class TenfoldStage extends Stage {
  /** The construct id of a stage in a region, which is also the prefix of its stacks' names: `Tenfold-Local-sa-east-1`. */
  public static idFor(stage: StageName, region: string): string {
    return `Tenfold-${stage.charAt(0).toUpperCase()}${stage.slice(1)}-${region}`;
  }

  constructor(scope: Construct, id: string, { config, region }: TenfoldStageProps) {
    super(scope, id, { env: { account: config.account, region } });
    const removalPolicy = config.removalPolicy === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const logRetention = config.logRetentionDays;
    setServiceDefaults(this, { logRetention, removalPolicy, faultInjection: config.faultInjection });
    Tags.of(this).add('tenfold:stage', config.name);

    // Local clouds have no bootstrap roles to assume; on AWS the CLI's credentials are too much to publish with.
    const stack = () => (config.name === 'local' ? { synthesizer: new CliCredentialsStackSynthesizer() } : {});
    const data = () => ({ ...stack(), terminationProtection: config.removalPolicy === 'retain' });

    const backbone = new BackboneDataStack(this, 'BackboneData', {
      ...data(),
      removalPolicy,
      alarmEmail: config.alarmEmail,
    });
    setServiceDefaults(this, { alarmTopic: backbone.alarms });
    const { dataKey: encryptionKey, events } = backbone;

    let sandbox: SandboxStack | undefined;
    const theSandbox = () => {
      sandbox ??= new SandboxStack(this, 'Sandbox', { ...stack(), encryptionKey, removalPolicy });
      return sandbox;
    };

    const inventoryData = new DomainDataStack(this, 'InventoryData', {
      ...data(),
      context: 'inventory',
      encryptionKey,
    });
    const inventory = new InventoryServiceStack(this, 'InventoryService', {
      ...stack(),
      table: inventoryData.table,
      events,
    });

    const paymentsData = new DomainDataStack(this, 'PaymentsData', { ...data(), context: 'payments', encryptionKey });
    const payments = new PaymentsServiceStack(this, 'PaymentsService', {
      ...stack(),
      table: paymentsData.table,
      connection: config.paymentProvider === 'sandbox' ? theSandbox().paymentProvider : config.paymentProvider,
      chargePatience: Duration.seconds(config.saga.queueTimeoutSeconds),
      events,
    });

    const shippingData = new DomainDataStack(this, 'ShippingData', { ...data(), context: 'shipping', encryptionKey });
    const shipping = new ShippingServiceStack(this, 'ShippingService', {
      ...stack(),
      table: shippingData.table,
      connection: config.carrier === 'sandbox' ? theSandbox().carrier : config.carrier,
      events,
    });

    const loyaltyData = new DomainDataStack(this, 'LoyaltyData', { ...data(), context: 'loyalty', encryptionKey });
    new LoyaltyServiceStack(this, 'LoyaltyService', { ...stack(), table: loyaltyData.table, events });

    const orderingData = new DomainDataStack(this, 'OrderingData', { ...data(), context: 'ordering', encryptionKey });
    const ordering = new OrderingServiceStack(this, 'OrderingService', {
      ...stack(),
      table: orderingData.table,
      events,
      encryptionKey,
      pace: config.saga,
      steps: { ...inventory.steps, ...payments.steps, ...shipping.steps },
    });

    const identity = new IdentityStack(this, 'Identity', {
      ...data(),
      removalPolicy,
      domainPrefix: `tenfold-${config.name}-${config.account}-${region}`,
    });
    new GatewayServiceStack(this, 'GatewayService', {
      ...stack(),
      handlers: ordering.api,
      userPool: identity.userPool,
      identityEndpoint: config.identityEndpoint ?? `https://cognito-idp.${region}.amazonaws.com`,
      logRetention,
      removalPolicy,
    });
  }
}
