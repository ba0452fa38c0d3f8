import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { poolKey } from '../../lambdas/inventory/stock-pool.contract';
import { type PriceItem, pricePartitionKey } from '../../lambdas/ordering/price.contract';
import { clientConfig, type Place } from '../deployment/aws-clients';
import { regionsOfTable } from '../deployment/regions-of-table';
import type { StackOutputs } from '../deployment/stack-outputs';
import type { Article } from './catalogue';
import { splitStock } from './split-stock';

/** What loading a catalogue has changed. */
export interface CatalogueLoad {
  /** Articles whose price was new or another. */
  readonly priced: number;
  /** Pools that had no stock loaded before: one an article and region. */
  readonly stocked: number;
  /** Regions that share the stock; the first has what cannot be divided. */
  readonly regions: readonly string[];
}

/** Which regions get stock. */
export interface CatalogueLoadOptions {
  /** Regions among which the stock is divided. @default all regions of the deployment */
  readonly among?: readonly string[];
  /** The only one of them whose pools are loaded. @default all of them */
  readonly only?: string;
}

const AT_ONCE = 8;

const unlessLoaded = async (put: Promise<unknown>): Promise<boolean> => {
  try {
    await put;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};

const documentsIn = (place: Place): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(place)));

const setPrice = (documents: DynamoDBDocumentClient, table: string, { sku, currency, unitPriceMinor }: Article) => {
  const item: PriceItem = { pk: pricePartitionKey(sku), sk: 'ENTITY', sku, currency, unitPriceMinor };
  const command = new PutCommand({
    TableName: table,
    Item: item,
    ConditionExpression: 'attribute_not_exists(pk) OR unitPriceMinor <> :price OR currency <> :currency',
    ExpressionAttributeValues: { ':price': unitPriceMinor, ':currency': currency },
  });
  return unlessLoaded(documents.send(command));
};

/** A pool may be there without ever having been loaded: by pieces that the region gave back for another one. */
const setFirstStock = (
  documents: DynamoDBDocumentClient,
  table: string,
  { sku, region, pieces }: { readonly sku: string; readonly region: string; readonly pieces: number },
) => {
  const command = new UpdateCommand({
    TableName: table,
    Key: poolKey(sku, region),
    UpdateExpression: 'SET sku = :sku, #region = :region, loaded = :pieces ADD available :pieces, reserved :none',
    ConditionExpression: 'attribute_not_exists(loaded)',
    ExpressionAttributeNames: { '#region': 'region' },
    ExpressionAttributeValues: { ':sku': sku, ':region': region, ':pieces': pieces, ':none': 0 },
  });
  return unlessLoaded(documents.send(command));
};

const countTrue = (values: readonly boolean[]): number => values.filter(Boolean).length;

/**
 * Writes prices to ordering's table, and the first stock of new articles to inventory's, divided among the regions: each region's pool by
 * that region. Stock that is there is left alone: it belongs to inventory, and units of it are promised to orders. Loading the same
 * file again changes nothing.
 */
export const loadCatalogue = async (
  place: Place,
  outputs: StackOutputs,
  articles: readonly Article[],
  { among, only }: CatalogueLoadOptions = {},
): Promise<CatalogueLoad> => {
  const prices = outputs.get('OrderingData', 'TableName');
  const stock = outputs.get('InventoryData', 'TableName');
  const here = documentsIn(place);
  const regions = among ?? (await regionsOfTable(new DynamoDBClient(clientConfig(place)), stock, place.region));
  const pools = new Map(
    regions
      .filter((region) => only === undefined || region === only)
      .map((region) => [region, region === place.region ? here : documentsIn({ ...place, region })]),
  );
  const setStock = async ({ sku, stock: pieces }: Article): Promise<number> => {
    const shares = splitStock(pieces, regions);
    const loads = [...pools].map(([region, documents]) =>
      setFirstStock(documents, stock, { sku, region, pieces: shares.get(region) ?? 0 }),
    );
    return countTrue(await Promise.all(loads));
  };

  let priced = 0;
  let stocked = 0;
  for (let from = 0; from < articles.length; from += AT_ONCE) {
    const some = articles.slice(from, from + AT_ONCE);
    priced += countTrue(await Promise.all(some.map((one) => setPrice(here, prices, one))));
    const counts = await Promise.all(some.map(setStock));
    stocked += counts.reduce((sum, count) => sum + count, 0);
  }
  return { priced, stocked, regions };
};
