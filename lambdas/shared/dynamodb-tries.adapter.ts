import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from './clock.port';
import { epochSeconds } from './inbox';
import type { Tries } from './tries.port';

/** Where tries are counted, and whose they are. */
export interface DynamoDbTriesOptions {
  readonly tableName: string;
  readonly consumer: string;
  readonly clock: Clock;
}

/** As long as SQS keeps a message at most: 14 days. */
const RETENTION_SECONDS = 14 * 86_400;

/** Tries counted in the table of their context, one item a message. */
export class DynamoDbTries implements Tries {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: DynamoDbTriesOptions,
  ) {}

  async begin(messageId: string): Promise<number> {
    const { Attributes } = await this.update(messageId, 'SET expiresAt = :expiresAt ADD begun :count', 1);
    return Number(Attributes?.['begun']) - 1;
  }

  // Set to nothing and left to expire: a consumer may delete nothing.
  async end(messageId: string): Promise<void> {
    await this.update(messageId, 'SET expiresAt = :expiresAt, begun = :count', 0);
  }

  private update(messageId: string, UpdateExpression: string, count: number) {
    const { tableName: TableName, consumer, clock } = this.options;
    const expiresAt = epochSeconds(clock.now()) + RETENTION_SECONDS;
    return this.client.send(
      new UpdateCommand({
        TableName,
        Key: { pk: `TRIES#${consumer}#${messageId}`, sk: 'TRIES' },
        UpdateExpression,
        ExpressionAttributeValues: { ':count': count, ':expiresAt': expiresAt },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
  }
}
