import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type PriceItem, pricePartitionKey } from '../../lambdas/ordering/price.contract';
import { clientConfig, type Place } from '../deployment/aws-clients';
import type { StackOutputs } from '../deployment/stack-outputs';
import type { Article } from './catalogue';

/** What loading a catalogue has changed. */
export interface CatalogueLoad {
  /** Articles whose price was new or another. */
  readonly priced: number;
  /** Articles that were new to the warehouse. */
  readonly stocked: number;
  readonly articles: number;
}

const AT_ONCE = 8;

/**
 * Writes prices to ordering's table, and the first stock of new articles to inventory's. Stock that is there is left alone:
 * it belongs to inventory, and units of it are promised to orders. Loading the same file again changes nothing.
 */
export const loadCatalogue = async (
  place: Place,
  outputs: StackOutputs,
  articles: readonly Article[],
): Promise<CatalogueLoad> => {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(place)));
  const prices = outputs.get('OrderingData', 'TableName');
  const stock = outputs.get('InventoryData', 'TableName');

  const put = async (command: PutCommand): Promise<boolean> => {
    try {
      await documents.send(command);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };
  const setPrice = ({ sku, currency, unitPriceMinor }: Article): Promise<boolean> => {
    const item: PriceItem = { pk: pricePartitionKey(sku), sk: 'ENTITY', sku, currency, unitPriceMinor };
    return put(
      new PutCommand({
        TableName: prices,
        Item: item,
        ConditionExpression: 'attribute_not_exists(pk) OR unitPriceMinor <> :price OR currency <> :currency',
        ExpressionAttributeValues: { ':price': unitPriceMinor, ':currency': currency },
      }),
    );
  };
  const setFirstStock = ({ sku, stock: available }: Article): Promise<boolean> =>
    put(
      new PutCommand({
        TableName: stock,
        Item: { pk: `stock/${sku}`, sk: 'ENTITY', sku, available, reserved: 0 },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );

  let priced = 0;
  let stocked = 0;
  for (let from = 0; from < articles.length; from += AT_ONCE) {
    const some = articles.slice(from, from + AT_ONCE);
    const written = await Promise.all(
      some.map(async (one) => [await setPrice(one), await setFirstStock(one)] as const),
    );
    priced += written.filter(([price]) => price).length;
    stocked += written.filter(([, first]) => first).length;
  }
  return { priced, stocked, articles: articles.length };
};
