import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from './clock.port';
import type { Item } from './dynamodb-batch-read';
import type { KeyWrapping } from './key-wrapping.port';
import { SubjectErasedError, SubjectKeyMissingError } from './sealed.errors';
import { erasedKey, keyRegionOf, subjectKeyItem, subjectKeyKey, subjectPartition } from './subject-key-items';
import type { SubjectKeys } from './subject-keys.port';
import type { SubjectTokens } from './subject-tokens';

/** Where the keys are, and who asks for them. */
export interface DynamoDbSubjectKeysOptions {
  readonly tableName: string;
  readonly region: string;
  readonly wrapping: KeyWrapping;
  readonly tokenOf: SubjectTokens;
  readonly clock: Clock;
}

/** Tries of making a key, while others make or destroy it. */
const MAX_TRIES = 3;

/**
 * Keys of subjects in a table of their own, which is replicated and has no backups. It is read for each use, strongly consistent: from the
 * moment a tombstone stands in this replica, nothing is sealed or opened any more. A key is written on two conditions: that this region has none
 * of the subject, and that the subject was not erased in this replica.
 */
export class DynamoDbSubjectKeys implements SubjectKeys {
  readonly tokenOf: SubjectTokens;

  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: DynamoDbSubjectKeysOptions,
  ) {
    this.tokenOf = options.tokenOf;
  }

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

  async all(subject: string): Promise<ReadonlyMap<string, Uint8Array>> {
    const keys = await Promise.all(
      (await this.itemsOf(subject)).flatMap((item) => {
        const region = keyRegionOf(item['sk']);
        return region === undefined ? [] : [this.unwrapped(subject, item).then((key) => [region, key] as const)];
      }),
    );
    return new Map(keys);
  }

  private async known(subject: string, region: string): Promise<Uint8Array | undefined> {
    const item = (await this.itemsOf(subject)).find(({ sk }) => sk === subjectKeyKey(subject, region).sk);
    return item && this.unwrapped(subject, item);
  }

  private unwrapped(subject: string, item: Item): Promise<Uint8Array> {
    return this.options.wrapping.unwrap(subject, subjectKeyItem.parse(item).wrappedKey);
  }

  /** All items of a subject who was not erased: a handful, so that one page has them. */
  private async itemsOf(subject: string): Promise<readonly Item[]> {
    const { Items = [] } = await this.client.send(
      new QueryCommand({
        TableName: this.options.tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': subjectPartition(subject) },
        ConsistentRead: true,
      }),
    );
    // Whatever else is there: a key that replication has brought after the erasure is not used.
    if (Items.some(({ sk }) => sk === erasedKey(subject).sk)) throw new SubjectErasedError(subject);
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
