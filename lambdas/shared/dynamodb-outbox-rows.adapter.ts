import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from './clock.port';
import { DEFAULT_OUTBOX_RETENTION_SECONDS, epochSeconds } from './inbox';
import type { OutboxKey, OutboxRows } from './outbox-rows.port';
import type { RegionGate } from './region-gate.port';

type Change = Pick<ConstructorParameters<typeof UpdateCommand>[0], 'UpdateExpression' | 'ExpressionAttributeValues'>;

/** Outbox rows in the table of their context. */
export class DynamoDbOutboxRows implements OutboxRows {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: {
      readonly tableName: string;
      readonly clock: Clock;
      /** @default it always may write: the table lives in one region */
      readonly gate?: RegionGate;
    },
  ) {}

  async read(Key: OutboxKey): Promise<{ readonly [attribute: string]: unknown } | undefined> {
    const TableName = this.options.tableName;
    const { Item } = await this.client.send(new GetCommand({ TableName, Key: { ...Key }, ConsistentRead: true }));
    return Item;
  }

  async keep(key: OutboxKey): Promise<void> {
    await this.update(key, { UpdateExpression: 'REMOVE expiresAt' });
  }

  async release(key: OutboxKey): Promise<void> {
    const expiresAt = epochSeconds(this.options.clock.now()) + DEFAULT_OUTBOX_RETENTION_SECONDS;
    const ExpressionAttributeValues = { ':expiresAt': expiresAt };
    await this.update(key, { UpdateExpression: 'SET expiresAt = :expiresAt', ExpressionAttributeValues });
  }

  private async update(key: OutboxKey, change: Change) {
    await this.options.gate?.assertActive();
    const target = { TableName: this.options.tableName, Key: { ...key }, ConditionExpression: 'attribute_exists(pk)' };
    try {
      await this.client.send(new UpdateCommand({ ...target, ...change }));
    } catch (error) {
      // A row that is gone is noticed when it is re-driven; parking the rows behind it must not fail on it.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}
