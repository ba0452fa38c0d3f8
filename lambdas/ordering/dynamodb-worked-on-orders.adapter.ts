import { type DynamoDBDocumentClient, paginateQuery, ScanCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { firstPage, type WorkedOnOrders, type WorkedOnPage } from './worked-on-orders.port';

const PREFIX = 'order/';

const place = z.object({ pk: z.string(), sk: z.string() });

/** Orders by the outbox rows of ordering's table, which tell by whom they were written. They are kept for a week. */
export class DynamoDbWorkedOnOrders implements WorkedOnOrders {
  /** @param pageItems items that are read for one page */
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly pageItems = 500,
  ) {}

  async page(region: string, since: Date, cursor: string): Promise<WorkedOnPage> {
    const { Items = [], LastEvaluatedKey } = await this.client.send(
      new ScanCommand({
        TableName: this.tableName,
        FilterExpression:
          'itemType = :outbox AND originRegion = :region AND committedAt >= :since AND begins_with(pk, :order)',
        ExpressionAttributeValues: {
          ':outbox': 'OUTBOX',
          ':region': region,
          ':since': since.toISOString(),
          ':order': PREFIX,
        },
        ProjectionExpression: 'pk',
        ConsistentRead: true,
        Limit: this.pageItems,
        ...(cursor !== firstPage && { ExclusiveStartKey: place.parse(JSON.parse(cursor)) }),
      }),
    );
    const orderIds = new Set(Items.map(({ pk }) => String(pk).slice(PREFIX.length)));
    return { orderIds: [...orderIds], next: LastEvaluatedKey && JSON.stringify(LastEvaluatedKey) };
  }

  async originsOf(orderId: string): Promise<readonly string[]> {
    const query = {
      TableName: this.tableName,
      KeyConditionExpression: 'pk = :order AND begins_with(sk, :outbox)',
      ExpressionAttributeValues: { ':order': `${PREFIX}${orderId}`, ':outbox': 'OUTBOX#' },
      ProjectionExpression: 'originRegion',
      ConsistentRead: true,
    };
    const origins = new Set<string>();
    for await (const { Items = [] } of paginateQuery({ client: this.client }, query))
      for (const { originRegion } of Items) origins.add(String(originRegion));
    return [...origins];
  }
}
