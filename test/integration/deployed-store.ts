import { randomUUID } from 'node:crypto';
import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { DeployedSystem } from '../../drills/harness/deployed-system';
import { type Stock, stockIn, stockPartitionKey, stockPool } from '../../lambdas/inventory/stock-pool.contract';
import { creditsOf } from '../../lambdas/loyalty/credits-listing';
import type { PointsCredit } from '../../lambdas/loyalty/points-credit';
import { deterministicId } from '../../lambdas/shared/deterministic-id';
import { ensureCloud, type LocalCloud, type LocalRegion } from '../../local/cloud';
import { loadCatalogue } from '../../local/operator/load-catalogue';
import { exampleOrder } from '../../local/orders/three-orders';
import { SandboxClient } from './sandbox-client';
import { type AskedOrder, StoreClient } from './store-client';

/** An article that only one test sells. */
export interface OwnArticle {
  readonly sku: string;
  readonly unitPriceMinor: number;
}

const STOCK = 10;

const systemIn = (place: LocalRegion): DeployedSystem => {
  const { region, endpoint, stackPrefix, outputs, apiUrl } = place;
  const token = () => place.token();
  return new DeployedSystem({ target: 'local', region, endpoint, stackPrefix, outputs, apiUrl, token });
};

/** The store in a region of the local cloud, as tests see it: from outside, and through the eyes of an operator. */
export class DeployedStore {
  private constructor(
    readonly cloud: LocalCloud,
    readonly system: DeployedSystem,
    /** The store front: the client that the deployment makes. */
    readonly api: StoreClient,
    readonly provider: SandboxClient,
    readonly carrier: SandboxClient,
  ) {}

  /** @param index which of the cloud's regions; 0 is the primary one */
  static async open(index = 0): Promise<DeployedStore> {
    const cloud = await ensureCloud();
    const place = cloud.regions[index];
    if (place === undefined) throw new Error(`expected ${index + 1} regions, found ${cloud.regions.length}`);
    const system = systemIn(place);
    // There is one sandbox for all regions, in the first one.
    const primary = systemIn(cloud);
    const provider = await SandboxClient.of(primary, 'payment-provider');
    const carrier = await SandboxClient.of(primary, 'carrier');
    const api = new StoreClient(place.apiUrl, () => place.token());
    return new DeployedStore({ ...cloud, ...place }, system, api, provider, carrier);
  }

  /** The id of the order that the store front places under a key: known before it is placed, so that faults can wait for it. */
  orderIdFor(idempotencyKey: string): string {
    return deterministicId('store-front', idempotencyKey);
  }

  /** Puts a new article on sale, ten pieces of it, so that a test can count them while others run. */
  async newArticle(unitPriceMinor = 3990, stock = STOCK): Promise<OwnArticle> {
    const sku = `IT-${randomUUID().slice(0, 18).toUpperCase()}`;
    const articles = [{ sku, currency: 'BRL', unitPriceMinor, stock }];
    // All pieces where the orders are placed.
    await loadCatalogue(this.cloud, this.cloud.outputs, articles, { among: [this.cloud.region] });
    return { sku, unitPriceMinor };
  }

  /** Pieces of an article, in all regions: to be had, and held for orders. */
  async stockOf({ sku }: OwnArticle): Promise<Stock> {
    const pools = await this.itemsAt('inventory', stockPartitionKey(sku));
    return stockIn(pools.map((item) => stockPool.parse(item)));
  }

  /** Points of each of a customer's credits; their sum is the balance. */
  async pointsOf(customerId: string): Promise<readonly number[]> {
    const { Items = [] } = await this.system.documents.send(
      new QueryCommand({
        TableName: this.system.tableName('loyalty'),
        IndexName: 'cases',
        KeyConditionExpression: 'caseStatus = :credits',
        ExpressionAttributeValues: { ':credits': creditsOf(customerId) },
      }),
    );
    return Items.map((item) => (item['state'] as PointsCredit).points);
  }

  /** One item of a context's table. */
  async item(context: string, pk: string, sk: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const TableName = this.system.tableName(context);
    const read = new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true });
    return (await this.system.documents.send(read)).Item;
  }

  /** All items of an order in ordering's table: the order itself, its outbox, its timeline. */
  itemsOf(orderId: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return this.itemsAt('ordering', `order/${orderId}`);
  }

  private async itemsAt(context: string, pk: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const { Items = [] } = await this.system.documents.send(
      new QueryCommand({
        TableName: this.system.tableName(context),
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
        ConsistentRead: true,
      }),
    );
    return Items;
  }
}

/**
 * The store, opened before the first test of a file.
 * @param index in which of the cloud's regions; 0 is the primary one
 */
export const deployedStore = (index = 0): (() => DeployedStore) => {
  let opened: DeployedStore | undefined;
  beforeAll(async () => {
    opened = await DeployedStore.open(index);
  });
  return () => {
    if (opened === undefined) throw new Error('the store is open from the first test on, not before');
    return opened;
  };
};

/** A customer whom no other test knows. */
export const newCustomer = (): string => `customer-${randomUUID()}`;

/** Two pieces of an article, for a customer of its own. */
export const orderOf = ({ sku }: { readonly sku: string }, changes: Partial<AskedOrder> = {}): AskedOrder => ({
  ...exampleOrder,
  customerId: newCustomer(),
  lines: [{ sku, quantity: 2 }],
  ...changes,
});
