import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { unfinishedIndex, unfinishedLists } from '../ordering/unfinished-orders.contract';
import type { AdoptedOrders } from './adopted-orders.port';

/** Adopted orders by the sparse index of ordering's table: they are counted, and none is read. */
export class DynamoDbAdoptedOrders implements AdoptedOrders {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  async unfinishedOf(region: string): Promise<number> {
    const counts = await Promise.all(unfinishedLists.map((list) => this.countOn(list, region)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  private async countOn(list: string, region: string): Promise<number> {
    const pages = paginateQuery(
      { client: this.client },
      {
        TableName: this.tableName,
        IndexName: unfinishedIndex,
        KeyConditionExpression: 'caseStatus = :list',
        FilterExpression: 'adoptedFrom = :region',
        ExpressionAttributeValues: { ':list': list, ':region': region },
        Select: 'COUNT',
      },
    );
    let count = 0;
    for await (const page of pages) count += page.Count ?? 0;
    return count;
  }
}
