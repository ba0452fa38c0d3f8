import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Order } from './order';
import { unfinishedLists } from './unfinished-listing';
import type { UnfinishedOrders } from './unfinished-orders.port';

/** Unfinished orders by the sparse index of ordering's table, which is eventually consistent. */
export class DynamoDbUnfinishedOrders implements UnfinishedOrders {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  async *placedBefore(time: Date): AsyncGenerator<readonly string[]> {
    for (const list of unfinishedLists) {
      const query = {
        TableName: this.tableName,
        IndexName: 'cases',
        KeyConditionExpression: 'caseStatus = :list AND openedAt < :time',
        ExpressionAttributeValues: { ':list': list, ':time': time.toISOString() },
      };
      for await (const { Items = [] } of paginateQuery({ client: this.client }, query)) {
        // Only orders are on these lists, and only the order store puts them there.
        yield Items.map((item) => (item['state'] as Order).orderId);
      }
    }
  }
}
