import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { BackfillTakenError } from './backfill.errors';
import type { BackfillCheckpoint, BackfillCheckpoints } from './backfill-checkpoints.port';
import { backfillProgress, checkpointPrefix, itemCursor, schemaPartition } from './backfill-entities.contract';

const checkpointItem = z.extend(backfillProgress, { cursor: z.optional(itemCursor), revision: z.int() });

/** Checkpoints in the table that is worked on, one item a region and part. */
export class DynamoDbBackfillCheckpoints implements BackfillCheckpoints {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: { readonly tableName: string; readonly kind: string; readonly region: string },
  ) {}

  async find(segment: number): Promise<BackfillCheckpoint | undefined> {
    const { tableName: TableName } = this.options;
    const { Item } = await this.client.send(
      new GetCommand({ TableName, Key: this.keyOf(segment), ConsistentRead: true }),
    );
    if (!Item) return undefined;
    const { cursor, ...checkpoint } = checkpointItem.parse(Item);
    return { ...checkpoint, ...(cursor && { cursor }) };
  }

  async save(checkpoint: BackfillCheckpoint): Promise<void> {
    const before = checkpoint.revision - 1;
    try {
      await this.client.send(
        new PutCommand({
          TableName: this.options.tableName,
          Item: { ...this.keyOf(checkpoint.segment), ...checkpoint },
          ...(before === 0
            ? { ConditionExpression: 'attribute_not_exists(pk)' }
            : { ConditionExpression: 'revision = :before', ExpressionAttributeValues: { ':before': before } }),
        }),
      );
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException)
        throw new BackfillTakenError(checkpoint.segment, { cause: error });
      throw error;
    }
  }

  private keyOf(segment: number) {
    const { kind, region } = this.options;
    return { pk: schemaPartition(kind), sk: `${checkpointPrefix(region)}${String(segment).padStart(2, '0')}` };
  }
}
