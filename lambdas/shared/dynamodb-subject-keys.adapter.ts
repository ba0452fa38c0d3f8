import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from './clock.port';
import type { Item } from './dynamodb-batch-read';
import type { KeyWrapping } from './key-wrapping.port';
import { SubjectErasedError, SubjectKeyMissingError } from './sealed.errors';
import { erasedKey, subjectKeyItem, subjectKeyKey, subjectPartition } from './subject-key-items';
import type { SubjectKeys } from './subject-keys.port';

/** Where the keys are, and who asks for them. */
export interface DynamoDbSubjectKeysOptions {
  readonly tableName: string;
  readonly region: string;
  readonly wrapping: KeyWrapping;
  readonly clock: Clock;
}

/** Tries of making a key, while others make or destroy it. */
const MAX_TRIES = 3;

/**
 * Keys of subjects in a table of their own, which is replicated and has no backups. A key is written on two conditions: that this region has
 * none of the subject, and that the subject was not erased in this replica.
 */
export class DynamoDbSubjectKeys implements SubjectKeys {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: DynamoDbSubjectKeysOptions,
  ) {}

  async own(subject: string): Promise<Uint8Array> {
    const { region } = this.options;
    for (let tries = 1; ; tries += 1) {
      const known = await this.known(subject, region);
      if (known !== undefined) return known;
      try {
        return await this.make(subject);
      } catch (error) {
        if (!(error instanceof TransactionCanceledException) || tries >= MAX_TRIES) throw error;
      }
    }
  }

  async of(subject: string, region: string): Promise<Uint8Array> {
    const known = await this.known(subject, region);
    if (known === undefined) throw new SubjectKeyMissingError(subject, region);
    return known;
  }

  private async known(subject: string, region: string): Promise<Uint8Array | undefined> {
    const items = await this.itemsOf(subject);
    // Whatever else is there: a key that replication has brought after the erasure is not used.
    if (items.some(({ sk }) => sk === erasedKey(subject).sk)) throw new SubjectErasedError(subject);
    const item = items.find(({ sk }) => sk === subjectKeyKey(subject, region).sk);
    return item && this.options.wrapping.unwrap(subject, subjectKeyItem.parse(item).wrappedKey);
  }

  /** All items of a subject: a handful, so that one page has them. */
  private async itemsOf(subject: string): Promise<readonly Item[]> {
    const { Items = [] } = await this.client.send(
      new QueryCommand({
        TableName: this.options.tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': subjectPartition(subject) },
        ConsistentRead: true,
      }),
    );
    return Items;
  }

  private async make(subject: string): Promise<Uint8Array> {
    const { tableName: TableName, region, wrapping, clock } = this.options;
    const { key, wrapped: wrappedKey } = await wrapping.make(subject);
    const Item = { ...subjectKeyKey(subject, region), wrappedKey, madeAt: clock.now().toISOString() };
    const ConditionExpression = 'attribute_not_exists(pk)';
    await this.client.send(
      new TransactWriteCommand({
        TransactItems: [
          { ConditionCheck: { TableName, Key: erasedKey(subject), ConditionExpression } },
          { Put: { TableName, Item, ConditionExpression } },
        ],
      }),
    );
    return key;
  }
}
