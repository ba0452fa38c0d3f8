import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type RegionRecords, regionPartition } from './region-records';
import type { RegionFence, RegionLease } from './region-standing';

/** What a replica of a table knows of a region, read strongly consistent. */
export const readRegionRecords = async (
  client: DynamoDBDocumentClient,
  tableName: string,
  region: string,
): Promise<RegionRecords> => {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :region',
      ExpressionAttributeValues: { ':region': regionPartition(region) },
      ConsistentRead: true,
    }),
  );
  // Only lease keepers and evacuations write them, as these types say.
  return {
    lease: Items.find(({ sk }) => sk === 'LEASE') as RegionLease | undefined,
    fence: Items.find(({ sk }) => sk === 'FENCE') as RegionFence | undefined,
  };
};
