import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { DynamoDbOrderedStore, type DynamoDbOrderedStoreOptions } from '../shared/dynamodb-ordered-store.adapter';
import { keyInGeneration } from '../shared/ordered-effect';
import { type TimelineEntry, timelinePartition } from './customer-timeline';
import type { CustomerTimelines, TimelineEntity } from './customer-timelines.port';

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

  async of(customerId: string): Promise<readonly TimelineEntity[]> {
    const { name } = await this.store.active();
    const { pk } = keyInGeneration(name, { pk: timelinePartition(customerId), sk: '' });
    const query = {
      TableName: this.options.tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
    };
    const entities = new Map<string, TimelineEntry[]>();
    for await (const { Items = [] } of paginateQuery({ client: this.client }, query)) {
      // Only the consumer writes them.
      for (const entry of Items as unknown as readonly TimelineEntry[]) {
        const events = entities.get(entry.entity) ?? [];
        events.push(entry);
        entities.set(entry.entity, events);
      }
    }
    return [...entities].map(([entity, events]) => ({ entity, events }));
  }
}
