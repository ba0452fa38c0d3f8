import { CliCredentialsStackSynthesizer, Duration, RemovalPolicy, type StackProps } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { TokenIssuer } from '../../lambdas/gateway/authorize-request.contract';
import { type RecordClass, recordClasses } from '../../lambdas/shared/access-record.contract';
import type { ContextTable } from '../constructs/context-table';
import { DomainDataStack } from '../constructs/domain-data-stack';
import type { RecordIntake } from '../constructs/record-intake';
import type { BucketPeer } from '../constructs/replicated-bucket';
import { setServiceDefaults } from '../constructs/service-defaults';
import { ActivityServiceStack, ActivityStreamsStack } from '../contexts/activity';
import { AssetsDataStack, AssetsServiceStack } from '../contexts/assets';
import { AuditCopiesStack, AuditServiceStack, AuditStoreStack, AuditWatchStack } from '../contexts/audit';
import { BackboneDataStack } from '../contexts/backbone';
import { type EdgeRegion, EdgeServiceStack } from '../contexts/edge';
import { FlagsServiceStack } from '../contexts/flags';
import { GatewayServiceStack } from '../contexts/gateway';
import { IdentityStack } from '../contexts/identity';
import { InventoryServiceStack } from '../contexts/inventory';
import { LoyaltyServiceStack } from '../contexts/loyalty';
import { OrderingServiceStack } from '../contexts/ordering';
import { PaymentsServiceStack } from '../contexts/payments';
import { PrivacyDataStack, PrivacyServiceStack } from '../contexts/privacy';
import { RegionsServiceStack } from '../contexts/regions';
import { ReleaseServiceStack } from '../contexts/release';
import { SandboxStack } from '../contexts/sandbox';
import { ShippingServiceStack } from '../contexts/shipping';
import type { StageConfig } from './stage-config';
import { apiDomainOf, assetsBucketName, type TenfoldGlobal } from './tenfold-global';

export interface TenfoldRegionProps {
  readonly config: StageConfig;
  /** The region that these stacks go to; one of `config.regions`. */
  readonly region: string;
  /** What the names of the stage's stacks begin with, for example `Tenfold-Prod`. */
  readonly stageId: string;
  /** The stage's first region. @default none: this is the first one */
  readonly primary?: TenfoldRegion;
}

/** All stacks of a stage in one region, which is complete in itself. */
export class TenfoldRegion extends Construct {
  public readonly region: string;
  /** Who hears of this region's alarms. */
  public readonly alarms: ITopic;
  private readonly config: StageConfig;
  private readonly stageId: string;
  private readonly removalPolicy: RemovalPolicy;
  private readonly primary: TenfoldRegion | undefined;
  private readonly dataStacks = new Map<string, DomainDataStack>();
  private readonly backbone: BackboneDataStack;
  private readonly identity: IdentityStack;
  private privacy: PrivacyDataStack | undefined;
  private auditStore: AuditStoreStack | undefined;

  /** Makes what the other regions have to know: the backbone and the identity. The rest comes with `addContexts`. */
  constructor(scope: Construct, id: string, props: TenfoldRegionProps) {
    super(scope, id);
    const { config, region, stageId, primary } = props;
    this.config = config;
    this.primary = primary;
    this.region = region;
    this.stageId = stageId;
    this.removalPolicy = config.removalPolicy === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const { removalPolicy } = this;
    this.backbone = new BackboneDataStack(this, 'BackboneData', {
      ...this.dataStack('BackboneData'),
      removalPolicy,
      alarmEmail: config.alarmEmail,
      ...(primary && { primaryKey: primary.backbone.dataKey }),
    });
    this.alarms = this.backbone.alarms;
    setServiceDefaults(this, { alarmTopic: this.alarms });
    this.identity = new IdentityStack(this, 'Identity', {
      ...this.dataStack('Identity'),
      removalPolicy,
      domainPrefix: `tenfold-${config.name}-${config.account}-${region}`,
    });
  }

  /**
   * Makes the stacks of every context, and answers how traffic finds them; that is nothing without a domain.
   * @param regions all regions of the stage, this one among them
   */
  public addContexts(regions: readonly TenfoldRegion[], global: TenfoldGlobal): EdgeRegion | undefined {
    const { config, region, removalPolicy } = this;
    const { events } = this.backbone;
    const peers = regions.filter((other) => other !== this);
    const table = (id: string, context: string) => this.table(id, context, peers);
    const outside = this.outsideWorld(peers);
    const tables = {
      inventory: table('InventoryData', 'inventory'),
      payments: table('PaymentsData', 'payments'),
      shipping: table('ShippingData', 'shipping'),
      loyalty: table('LoyaltyData', 'loyalty'),
      ordering: table('OrderingData', 'ordering'),
    };
    // Apart from those that an order needs: a region without it can still take orders.
    const activityTable = table('ActivityData', 'activity');
    const streams = new ActivityStreamsStack(this, 'ActivityStreams', {
      ...this.dataStack('ActivityStreams'),
      encryptionKey: this.backbone.dataKey.key,
      shards: config.activity.shards,
      retention: Duration.days(config.activity.retentionDays),
    });

    const { intake, findings, table: auditTable } = this.audit(peers);
    const { subjectKeys } = this.privacyStacks(peers, intake);
    const { flags } = new FlagsServiceStack(this, 'FlagsService', {
      ...this.stack('FlagsService'),
      pace: config.flags,
    });
    const { release } = new ReleaseServiceStack(this, 'ReleaseService', {
      ...this.stack('ReleaseService'),
      pace: config.release,
      prefix: `tenfold-${config.name}`,
    });
    const reconcileName = `tenfold-${config.name}-reconcile-reservations`;
    const inventory = new InventoryServiceStack(this, 'InventoryService', {
      ...this.stack('InventoryService'),
      table: tables.inventory,
      events,
      reconcileName,
    });
    const payments = new PaymentsServiceStack(this, 'PaymentsService', {
      ...this.stack('PaymentsService'),
      table: tables.payments,
      connection: outside.paymentProvider,
      subjectKeys,
      chargePatience: Duration.seconds(config.saga.queueTimeoutSeconds),
      events,
    });
    const shipping = new ShippingServiceStack(this, 'ShippingService', {
      ...this.stack('ShippingService'),
      table: tables.shipping,
      connection: outside.carrier,
      events,
      subjectKeys,
    });
    const loyalty = new LoyaltyServiceStack(this, 'LoyaltyService', {
      ...this.stack('LoyaltyService'),
      table: tables.loyalty,
      events,
    });
    const ordering = new OrderingServiceStack(this, 'OrderingService', {
      ...this.stack('OrderingService'),
      table: tables.ordering,
      events,
      flags,
      subjectKeys,
      intake,
      encryptionKey: this.backbone.dataKey.key,
      pace: config.saga,
      cancelOrderName: `tenfold-${config.name}-cancel-order`,
      peerRegions: peers.map(({ region: peer }) => peer),
      orderSchemaPhase: config.schemaPhases.order.phase,
      steps: { ...inventory.steps, ...payments.steps, ...shipping.steps },
      release,
    });
    const activity = new ActivityServiceStack(this, 'ActivityService', {
      ...this.stack('ActivityService'),
      table: activityTable,
      peerRegions: peers.map(({ region: peer }) => peer),
      events,
      subjectKeys,
      intake,
      activity: streams.activity,
      stockMovements: streams.stockMovements,
      failures: streams.failures,
      gapPatience: Duration.seconds(config.activity.gapPatienceSeconds),
      release,
    });
    const edge = new EdgeServiceStack(this, 'EdgeService', {
      ...this.stack('EdgeService'),
      tables,
      events,
      entitySchemas: ordering.entitySchemas,
      release,
    });
    const { zone } = global;
    const gateway = new GatewayServiceStack(this, 'GatewayService', {
      ...this.stack('GatewayService'),
      handlers: { ...ordering.api, ...activity.api, ...edge.api },
      issuers: [this, ...peers].map((peer) => peer.tokenIssuer()),
      logRetention: config.logRetentionDays,
      removalPolicy,
      ...(zone && { domain: { name: apiDomainOf(zone), zone } }),
    });
    new AuditWatchStack(this, 'AuditWatch', {
      ...this.stack('AuditWatch'),
      table: auditTable,
      stream: intake.stream,
      accessLogs: gateway.accessLogs,
      findings,
    });
    flags.rollBackOn('ApiErrors', {
      metric: gateway.serverErrors,
      impact: 'Callers get server errors: a change of flags that is under way is rolled back.',
    });
    const regionsService = new RegionsServiceStack(this, 'RegionsService', {
      ...this.stack('RegionsService'),
      tables: Object.fromEntries(
        Object.entries({ ...tables, activity: activityTable }).map(([context, own]) => [
          context,
          { table: own, tableName: this.tableNameOf(context) },
        ]),
      ),
      relays: {
        inventory: inventory.relay,
        payments: payments.relay,
        shipping: shipping.relay,
        loyalty: loyalty.relay,
        ordering: ordering.relay,
      },
      adoptOrders: ordering.adoptOrders,
      undoFailedOrders: ordering.undoFailedOrders,
      ordersTable: tables.ordering,
      queues: { ...ordering.queues, ...payments.queues, ...shipping.queues, ...loyalty.queues, ...activity.queues },
      reconcileName,
      peers: peers.map(({ region }) => ({ region, keyArn: this.backbone.dataKey.arnIn(region) })),
      leaseDuration: Duration.seconds(config.regionLease.durationSeconds),
      queueCountDelay: Duration.seconds(config.regionReturn.queueCountSeconds),
      ...(config.regionSwitchPlan && { planPrefix: `tenfold-${config.name}` }),
    });
    const { heartbeatAlarmName } = edge;
    const { switchFunctions } = regionsService;
    return (
      gateway.domain && {
        region,
        domain: gateway.domain,
        heartbeatAlarmName,
        switchStack: regionsService,
        ...(switchFunctions && { switchFunctions }),
      }
    );
  }

  /** Copies this region's records of accesses to the others, once all buckets are there. */
  public replicateRecords(others: readonly TenfoldRegion[]): void {
    if (others.length === 0) return;
    for (const recordClass of recordClasses) {
      const id = `Audit${recordClass.charAt(0).toUpperCase()}${recordClass.slice(1)}Copies`;
      new AuditCopiesStack(this, id, {
        ...this.stack(id),
        recordClass,
        prefix: this.auditPrefix,
        bucket: this.recordsOf(recordClass),
        others: others.map((other) => other.recordsOf(recordClass)),
      });
    }
  }

  /** Makes this region's bucket of assets, which only the distribution may read. */
  public addAssets(distributionArn: string): BucketPeer {
    return new AssetsDataStack(this, 'AssetsData', {
      ...this.dataStack('AssetsData'),
      bucketName: assetsBucketName(this.config, this.region),
      distributionArn,
    }).bucket;
  }

  /** Copies this region's assets to the others, once all buckets are there. */
  public replicateAssets(bucket: BucketPeer, others: readonly BucketPeer[]): void {
    if (others.length > 0) {
      new AssetsServiceStack(this, 'AssetsService', { ...this.stack('AssetsService'), bucket, others });
    }
  }

  private get auditPrefix(): string {
    return `tenfold-${this.config.name}-audit`;
  }

  private recordsOf(recordClass: RecordClass): BucketPeer {
    if (this.auditStore === undefined)
      throw new Error(`${this.node.path} has no audit store, expected addContexts first`);
    return this.auditStore.buckets[recordClass];
  }

  /** What records who saw which data. */
  private audit(
    peers: readonly TenfoldRegion[],
  ): Pick<AuditStoreStack, 'intake' | 'findings'> & { readonly table: ContextTable } {
    const { config, auditPrefix: prefix } = this;
    const table = this.table('AuditData', 'audit', peers);
    const store = new AuditStoreStack(this, 'AuditStore', {
      ...this.dataStack('AuditStore'),
      transitKey: this.backbone.dataKey.key,
      table,
      keeping: config.audit,
      removalPolicy: this.removalPolicy,
      prefix,
      peerRegions: peers.map(({ region }) => region),
    });
    new AuditServiceStack(this, 'AuditService', { ...this.stack('AuditService'), table, store, prefix });
    this.auditStore = store;
    return { intake: store.intake, findings: store.findings, table };
  }

  private tableNameOf(context: string): string {
    return `tenfold-${this.config.name}-${context}`;
  }

  private tokenIssuer(): TokenIssuer {
    const { issuer, userPoolId, clients } = this.identity.issuer;
    const endpoint = this.config.identityEndpoint ?? `https://cognito-idp.${this.region}.amazonaws.com`;
    return { issuer, clients, jwksUri: `${endpoint}/${userPoolId}/.well-known/jwks.json` };
  }

  /** A context's table: made in the primary region once the others have their keys, and found by the others after that. */
  private table(id: string, context: string, peers: readonly TenfoldRegion[]): ContextTable {
    const { dataKey } = this.backbone;
    const primary = this.primary?.dataStacks.get(context);
    const stack = new DomainDataStack(this, id, {
      ...this.dataStack(id),
      context,
      tableName: this.tableNameOf(context),
      encryptionKey: dataKey.key,
      replicas: primary ? 'elsewhere' : peers.map(({ region }) => ({ region, keyArn: dataKey.arnIn(region) })),
    });
    for (const earlier of primary ? [primary] : peers.map(({ backbone }) => backbone))
      stack.addStackDependency(earlier);
    this.dataStacks.set(context, stack);
    return stack.table;
  }

  /** The keys of customers' data: their table is made in the primary region, like a context's. */
  private privacyStacks(peers: readonly TenfoldRegion[], intake: RecordIntake): PrivacyDataStack {
    const { config, removalPolicy } = this;
    const { dataKey } = this.backbone;
    const primary = this.primary?.privacy;
    const others = peers.map(({ region }) => ({ region, keyArn: dataKey.arnIn(region) }));
    const data = new PrivacyDataStack(this, 'PrivacyData', {
      ...this.dataStack('PrivacyData'),
      tableName: this.tableNameOf('subject-keys'),
      tokenSecretName: `tenfold/${config.name}/subjects`,
      encryptionKey: dataKey.key,
      replicas: primary ? 'elsewhere' : others,
      removalPolicy,
      ...(primary && { primaryKey: primary.wrappingKey }),
    });
    for (const earlier of primary ? [primary] : peers.map(({ backbone }) => backbone)) data.addStackDependency(earlier);
    new PrivacyServiceStack(this, 'PrivacyService', {
      ...this.stack('PrivacyService'),
      subjectKeys: data.subjectKeys,
      certificateKey: data.certificateKey,
      intake,
      peers: others,
      orderSchemaPhase: config.schemaPhases.order.phase,
      ...(config.schemaPhases.order.since !== undefined && { ordersSealedSince: config.schemaPhases.order.since }),
      activityRetention: Duration.days(config.activity.retentionDays),
      accessRecordRetention: Duration.days(config.audit.days.access),
    });
    this.privacy = data;
    return data;
  }

  /** How to reach those who charge cards and ship parcels. */
  private outsideWorld(peers: readonly TenfoldRegion[]) {
    const { paymentProvider, carrier, name } = this.config;
    if (paymentProvider !== 'sandbox' && carrier !== 'sandbox') return { paymentProvider, carrier };
    const secretPrefix = `tenfold/${name}/sandbox`;
    const sandbox = this.primary
      ? {
          paymentProvider: SandboxStack.connectionFrom(secretPrefix, 'payment-provider'),
          carrier: SandboxStack.connectionFrom(secretPrefix, 'carrier'),
        }
      : new SandboxStack(this, 'Sandbox', {
          ...this.stack('Sandbox'),
          encryptionKey: this.backbone.dataKey.key,
          removalPolicy: this.removalPolicy,
          secretPrefix,
          callers: peers.map(({ region }) => region),
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
