import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ComparedMinutes } from './compared-minutes.port';

/** The last compared minute of a region, in audit's own table. */
export class DynamoDbComparedMinutes implements ComparedMinutes {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: { readonly tableName: string; readonly region: string },
  ) {}

  async last(): Promise<number | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.options.tableName, Key: this.key, ConsistentRead: true }),
    );
    return Item && Number(Item['minute']);
  }

  async moveTo(minute: number): Promise<void> {
    try {
      await this.client.send(
        new UpdateCommand({
          TableName: this.options.tableName,
          Key: this.key,
          UpdateExpression: 'SET #minute = :minute',
          ConditionExpression: 'attribute_not_exists(pk) OR #minute < :minute',
          ExpressionAttributeNames: { '#minute': 'minute' },
          ExpressionAttributeValues: { ':minute': minute },
        }),
      );
    } catch (error) {
      // Another run, which overlapped with this one, is further.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  private get key() {
    return { pk: `COMPARED#${this.options.region}`, sk: 'COMPARED' };
  }
}
