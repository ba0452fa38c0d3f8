import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDbPriceList } from '../../../lambdas/ordering/dynamodb-price-list.adapter';
import { type PriceItem, pricePartitionKey } from '../../../lambdas/ordering/price.contract';
import type { PriceList } from '../../../lambdas/ordering/price-list.port';
import { catalogue, priceList } from '../../unit/ordering/fixtures';
import { temporaryTable } from '../temporary-table';

/** `start` answers the prices of the fixtures' catalogue. */
const priceListContract = (name: string, start: () => Promise<PriceList>): void => {
  describe(`${name} knows today's prices`, () => {
    it('has the price of each SKU that is sold', async () => {
      const prices = await (await start()).pricesOf([...catalogue.keys()]);

      expect(prices).toEqual(catalogue);
    });

    it('has none of a SKU that is not sold', async () => {
      const prices = await (await start()).pricesOf(['MUG-BLUE', 'MUG-PINK']);

      expect(prices.get('MUG-BLUE')).toEqual(catalogue.get('MUG-BLUE'));
      expect(prices.has('MUG-PINK')).toBe(false);
    });

    it('takes a SKU that is asked for twice, and as many as an order may have', async () => {
      const prices = await start();
      const unsold = Array.from({ length: 48 }, (_, index) => `NOT-SOLD-${index}`);

      expect((await prices.pricesOf(['TEE-L', ...unsold, 'TEE-L'])).get('TEE-L')).toEqual(catalogue.get('TEE-L'));
    });
  });
};

priceListContract('the list of the tests', async () => priceList);

describe('on DynamoDB', () => {
  const table = temporaryTable('price-list');
  beforeAll(async () => {
    const { client, tableName: TableName } = table();
    for (const price of catalogue.values()) {
      const Item: PriceItem = { pk: pricePartitionKey(price.sku), sk: 'ENTITY', ...price };
      await client.send(new PutCommand({ TableName, Item }));
    }
  });

  priceListContract('the table', async () => new DynamoDbPriceList(table().client, table().tableName));
});
