import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { erasedKey, keyRegionOf, subjectKeyItem, subjectKeyKey, subjectPartition } from '../shared/subject-key-items';
import type { SubjectRecords, Tombstone } from './erasure';
import type { SubjectVault } from './subject-vault.port';

const tombstoneItem = z.object({
  certificateId: z.string(),
  erasedAt: z.string(),
  keys: z.array(z.object({ region: z.string(), madeAt: z.string() })),
});

/** The table of subjects' keys in one region. */
export class DynamoDbSubjectVault implements SubjectVault {
  constructor(
    /** For that region. */
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    readonly region: string,
  ) {}

  async look(subject: string): Promise<SubjectRecords> {
    const { Items = [] } = await this.client.send(
      new QueryCommand({
        TableName: this.tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': subjectPartition(subject) },
        ConsistentRead: true,
      }),
    );
    const keys = Items.flatMap((item) => {
      const region = keyRegionOf(item['sk']);
      return region === undefined ? [] : [{ region, madeAt: subjectKeyItem.parse(item).madeAt }];
    });
    const tombstone = Items.find(({ sk }) => sk === erasedKey(subject).sk);
    return { keys, ...(tombstone && { tombstone: tombstoneItem.parse(tombstone) }) };
  }

  async bury(subject: string, tombstone: Tombstone): Promise<void> {
    try {
      await this.client.send(
        new PutCommand({
          TableName: this.tableName,
          Item: { ...erasedKey(subject), ...tombstone },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    } catch (error) {
      // It stands there already.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async destroy(subject: string): Promise<void> {
    const { keys } = await this.look(subject);
    await Promise.all(
      keys.map(({ region }) =>
        this.client.send(new DeleteCommand({ TableName: this.tableName, Key: subjectKeyKey(subject, region) })),
      ),
    );
  }
}
