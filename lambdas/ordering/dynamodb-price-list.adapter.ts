import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { priceItem, pricePartitionKey } from './price.contract';
import type { Price, PriceList } from './price-list.port';

const attempts = 4;

/** DynamoDB left part of a batch unread, time and again: it is throttled. */
export class PricesUnavailableError extends Error {
  override readonly name = 'PricesUnavailableError';
}

/** Prices in ordering's own table. Reads may be a second old, which a price may be. */
export class DynamoDbPriceList implements PriceList {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  /** @throws PricesUnavailableError DynamoDB does not answer for some keys; try again later */
  async pricesOf(skus: readonly string[]): Promise<ReadonlyMap<string, Price>> {
    const prices = new Map<string, Price>();
    let keys: Record<string, unknown>[] = [...new Set(skus)].map((sku) => ({
      pk: pricePartitionKey(sku),
      sk: 'ENTITY',
    }));
    for (let attempt = 1; keys.length > 0; attempt += 1) {
      if (attempt > attempts)
        throw new PricesUnavailableError(`${keys.length} prices unread after ${attempts} batches`);
      const answer = await this.client.send(
        new BatchGetCommand({ RequestItems: { [this.tableName]: { Keys: keys } } }),
      );
      for (const { sku, currency, unitPriceMinor } of z
        .array(priceItem)
        .parse(answer.Responses?.[this.tableName] ?? [])) {
        prices.set(sku, { sku, currency, unitPriceMinor });
      }
      keys = answer.UnprocessedKeys?.[this.tableName]?.Keys ?? [];
    }
    return prices;
  }
}
