import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Clock } from './clock.port';
import type { Item } from './dynamodb-batch-read';
import { epochSeconds } from './inbox';
import type { GapLook, ReplayCheckpoint, StreamCheckpoint, StreamCheckpoints } from './stream-checkpoints.port';
import { type RecordPlace, sortableSequenceNumber } from './stream-record';

/** Where checkpoints are kept, and whose they are. */
export interface DynamoDbStreamCheckpointsOptions {
  readonly tableName: string;
  readonly consumer: string;
  /** Each region reads a log of its own, and tables are replicated. */
  readonly region: string;
  readonly clock: Clock;
}

const CAUGHT_UP = 'CAUGHT-UP';
/** How long the place is kept where a search goes on: 1 day. */
const LOOK_RETENTION_SECONDS = 86_400;

/** Checkpoints in the table of their context, one item a shard. */
export class DynamoDbStreamCheckpoints implements StreamCheckpoints {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: DynamoDbStreamCheckpointsOptions,
  ) {}

  async list(): Promise<readonly StreamCheckpoint[]> {
    const items = await this.query(this.ownPartition());
    return items.map(({ sk, sequenceNumber, arrivedAt, savedAt, records }) => ({
      shardId: String(sk),
      sequenceNumber: String(sequenceNumber),
      arrivedAt: Number(arrivedAt),
      savedAt: String(savedAt),
      records: Number(records),
    }));
  }

  async advance({ shardId, sequenceNumber, arrivedAt }: RecordPlace, records: number): Promise<void> {
    const { tableName: TableName, clock } = this.options;
    try {
      await this.client.send(
        new UpdateCommand({
          TableName,
          Key: { pk: this.ownPartition(), sk: shardId },
          UpdateExpression:
            'SET itemType = :type, sequenceNumber = :number, sorted = :sorted, arrivedAt = :arrived, savedAt = :now ADD records :records',
          ConditionExpression: 'attribute_not_exists(pk) OR sorted < :sorted',
          ExpressionAttributeValues: {
            ':type': 'CHECKPOINT',
            ':number': sequenceNumber,
            ':sorted': sortableSequenceNumber(sequenceNumber),
            ':arrived': arrivedAt,
            ':now': clock.now().toISOString(),
            ':records': records,
          },
        }),
      );
    } catch (error) {
      // Another invocation, or this batch at an earlier delivery, has come further.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async replay(into: string): Promise<readonly ReplayCheckpoint[]> {
    const items = await this.query(this.replayPartition(into));
    // Only `saveReplay` writes them.
    return items.flatMap(({ checkpoint }) => (checkpoint === undefined ? [] : [checkpoint as ReplayCheckpoint]));
  }

  async saveReplay(into: string, checkpoint: ReplayCheckpoint): Promise<void> {
    const key = { pk: this.replayPartition(into), sk: checkpoint.shardId };
    await this.put({ ...key, itemType: 'REPLAY', checkpoint, savedAt: this.options.clock.now().toISOString() });
  }

  async caughtUpUntil(generation: string): Promise<number> {
    const { tableName: TableName } = this.options;
    const Key = { pk: this.replayPartition(generation), sk: CAUGHT_UP };
    const { Item } = await this.client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    return Number(Item?.['until'] ?? 0);
  }

  async saveCaughtUp(generation: string, until: number): Promise<void> {
    await this.put({ pk: this.replayPartition(generation), sk: CAUGHT_UP, itemType: 'REPLAY', until });
  }

  async looks(search: string): Promise<ReadonlyMap<string, readonly GapLook[]>> {
    const items = await this.query(this.lookPartition(search));
    // Only `saveLooks` writes them.
    return new Map(items.map(({ sk, looks }) => [String(sk), looks as readonly GapLook[]]));
  }

  async saveLooks(search: string, shardId: string, looks: readonly GapLook[]): Promise<void> {
    const expiresAt = epochSeconds(this.options.clock.now()) + LOOK_RETENTION_SECONDS;
    await this.put({ pk: this.lookPartition(search), sk: shardId, itemType: 'LOOK', looks, expiresAt });
  }

  private async query(pk: string): Promise<readonly Item[]> {
    const { tableName: TableName } = this.options;
    const items: Item[] = [];
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await this.client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': pk },
          ConsistentRead: true,
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        }),
      );
      items.push(...(page.Items ?? []));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return items;
  }

  private async put(item: Item): Promise<void> {
    await this.client.send(new PutCommand({ TableName: this.options.tableName, Item: item }));
  }

  private ownPartition(): string {
    return `CHECKPOINT#${this.options.consumer}#${this.options.region}`;
  }

  private lookPartition(search: string): string {
    return `LOOK#${this.options.consumer}#${this.options.region}#${search}`;
  }

  private replayPartition(into: string): string {
    return `REPLAY#${this.options.consumer}#${this.options.region}#${into}`;
  }
}
