import { type DynamoDBDocumentClient, paginateQuery, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { unfinishedIndex, unfinishedLists } from './unfinished-orders.contract';
import type { OrdersPage, UnfinishedOrders } from './unfinished-orders.port';

/** Few enough for one page to be worked through in one invocation. */
const PAGE_SIZE = 200;

/** An item of a list. Whatever version its state is stored in: the id is the same in all of them. */
const listed = z.object({ state: z.object({ orderId: z.string() }) });

/** Which list, and behind which of its items a page begins. */
const place = z.object({
  list: z.int().check(z.minimum(0), z.maximum(unfinishedLists.length)),
  after: z.optional(z.record(z.string(), z.string())),
});

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
        IndexName: unfinishedIndex,
        KeyConditionExpression: 'caseStatus = :list AND openedAt < :time',
        ExpressionAttributeValues: { ':list': list, ':time': time.toISOString() },
      };
      for await (const { Items = [] } of paginateQuery({ client: this.client }, query)) {
        yield Items.map((item) => listed.parse(item).state.orderId);
      }
    }
  }

  async *ofRegion(region: string, cursor?: string): AsyncGenerator<OrdersPage> {
    let { list, after }: z.infer<typeof place> = cursor === undefined ? { list: 0 } : place.parse(JSON.parse(cursor));
    for (; list < unfinishedLists.length; [list, after] = [list + 1, undefined]) {
      do {
        const { Items = [], LastEvaluatedKey } = await this.client.send(
          new QueryCommand({
            TableName: this.tableName,
            IndexName: unfinishedIndex,
            KeyConditionExpression: 'caseStatus = :list',
            FilterExpression: 'homeRegion = :region OR adoptedFrom = :region',
            ExpressionAttributeValues: { ':list': unfinishedLists[list], ':region': region },
            Limit: PAGE_SIZE,
            ...(after && { ExclusiveStartKey: after }),
          }),
        );
        yield {
          orderIds: Items.map((item) => listed.parse(item).state.orderId),
          cursor: JSON.stringify({ list, after }),
        };
        // Keys of the table and the index are text.
        after = LastEvaluatedKey as Record<string, string> | undefined;
      } while (after !== undefined);
    }
  }
}
