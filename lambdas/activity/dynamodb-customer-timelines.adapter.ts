import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDbOrderedStore, type DynamoDbOrderedStoreOptions } from '../shared/dynamodb-ordered-store.adapter';
import { keyInGeneration } from '../shared/ordered-effect';
import { timelinePartition } from './customer-timeline';
import type { CustomerTimelines, TimelinePage, TimelineRow } from './customer-timelines.port';

/** Events of a page. */
const PAGE = 200;

/** What the consumer has written, in the generation that is shown. */
export class DynamoDbCustomerTimelines implements CustomerTimelines {
  private readonly store: DynamoDbOrderedStore;

  /** @param options of the consumer that writes the timelines */
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: DynamoDbOrderedStoreOptions,
  ) {
    this.store = new DynamoDbOrderedStore(client, options);
  }

  async page(customerId: string, after?: string): Promise<TimelinePage> {
    const { name } = await this.store.active();
    const { pk } = keyInGeneration(name, { pk: timelinePartition(customerId), sk: '' });
    const { Items = [], LastEvaluatedKey } = await this.client.send(
      new QueryCommand({
        TableName: this.options.tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
        ScanIndexForward: false,
        Limit: PAGE,
        // The partition is the customer's whatever the caller sends: a page leads to no other's.
        ...(after !== undefined && { ExclusiveStartKey: { pk, sk: Buffer.from(after, 'base64url').toString() } }),
      }),
    );
    const sk = LastEvaluatedKey?.['sk'] as string | undefined;
    return {
      // Only the consumer writes them.
      rows: Items as unknown as readonly TimelineRow[],
      ...(sk !== undefined && { next: Buffer.from(sk).toString('base64url') }),
    };
  }
}
