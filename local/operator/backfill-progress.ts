import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import {
  type BackfillProgress,
  backfillProgress,
  checkpointPrefix,
  schemaPartition,
} from '../../lambdas/shared/backfill-entities.contract';
import { clientConfig, type Place } from '../deployment/aws-clients';

/** How far a region's backfill has come, by its own checkpoints: one a part. */
export const readBackfillProgress = async (
  place: Place,
  tableName: string,
  kind: string,
): Promise<readonly BackfillProgress[]> => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(place)));
  const query = {
    TableName: tableName,
    KeyConditionExpression: 'pk = :kind AND begins_with(sk, :checkpoint)',
    ExpressionAttributeValues: { ':kind': schemaPartition(kind), ':checkpoint': checkpointPrefix(place.region) },
    ConsistentRead: true,
  };
  const parts: BackfillProgress[] = [];
  for await (const { Items = [] } of paginateQuery({ client }, query))
    parts.push(...Items.map((item) => backfillProgress.parse(item)));
  return parts;
};
