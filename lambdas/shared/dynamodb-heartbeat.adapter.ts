import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from './clock.port';
import { heartbeatItemType } from './relay-outbox.contract';

/**
 * Writes the region's one heartbeat item anew, so that the table's stream tells of it.
 * It is no outbox row: the relay is called with it and publishes nothing.
 */
export const beatInto =
  (
    client: DynamoDBDocumentClient,
    { tableName, region, clock }: { readonly tableName: string; readonly region: string; readonly clock: Clock },
  ) =>
  async (): Promise<void> => {
    const key = { pk: `HEARTBEAT#${region}`, sk: 'HEARTBEAT' };
    const Item = { ...key, itemType: heartbeatItemType, originRegion: region, beatAt: clock.now().toISOString() };
    await client.send(new PutCommand({ TableName: tableName, Item }));
  };
