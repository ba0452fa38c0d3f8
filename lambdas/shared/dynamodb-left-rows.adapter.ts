import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { readItems } from './dynamodb-batch-read';
import type { LeftBy, LeftRows, RowPlace } from './left-rows.port';
import { type TakenOverEntity, takenOverEntityOf } from './outbox-takeover';
import type { StreamRow } from './stream-consumer';

/** Segments of a scan: an evacuation is in a hurry, and the table's customers are still served. */
const SEGMENTS = 4;

/**
 * Outbox rows by a scan of the context's table: no index leads to them, because it would cost every write for the sake of a thing that
 * happens once a year. A scan reads the whole table once, whatever the filter lets through.
 */
export class DynamoDbLeftRows implements LeftRows {
  readonly segments = SEGMENTS;

  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  async page(Segment: number, { region, since }: LeftBy, from: RowPlace) {
    const { Items = [], LastEvaluatedKey } = await this.client.send(
      new ScanCommand({
        TableName: this.tableName,
        Segment,
        TotalSegments: SEGMENTS,
        FilterExpression: 'itemType = :outbox AND originRegion = :region AND committedAt >= :since',
        ExpressionAttributeValues: { ':outbox': 'OUTBOX', ':region': region, ':since': since },
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    const rows = Items.map((item): StreamRow => {
      const key = { pk: String(item['pk']), sk: String(item['sk']) };
      return { sequenceNumber: `${key.pk} ${key.sk}`, key, item };
    });
    // The table's key is text and text.
    return { rows, next: LastEvaluatedKey as RowPlace };
  }

  async entitiesOf(keys: readonly string[]): Promise<ReadonlyMap<string, TakenOverEntity>> {
    const wanted = [...new Set(keys)].map((pk) => ({ pk, sk: 'ENTITY' }));
    const items = await readItems(this.client, this.tableName, wanted);
    return new Map(
      items.flatMap((item) => {
        const entity = takenOverEntityOf(item);
        return entity ? [[String(item['pk']), entity] as const] : [];
      }),
    );
  }
}
