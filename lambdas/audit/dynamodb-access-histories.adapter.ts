import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../shared/clock.port';
import { epochSeconds } from '../shared/inbox';
import type { AccessHistories, ReadHistory } from './access-histories.port';
import { type KnownAbout, unknownActor } from './access-history';
import { historyText, profileText, readHistory, readProfile } from './access-history-text';
import { unknownProfile } from './access-profile';
import { StaleHistoryError } from './access-watch.errors';

/** Where histories are kept, and whose they are. */
export interface DynamoDbAccessHistoriesOptions {
  readonly tableName: string;
  /** The region whose accesses are judged; the histories of others are read, and written by nobody here. */
  readonly region: string;
  readonly clock: Clock;
}

/** As long as a habit is remembered: eight weeks. */
const RETENTION_SECONDS = 56 * 86_400;

/** Sort key of the item that lists an actor's own data, as a set `subjects`; nothing here writes it. */
const OWN_DATA = 'OWN';

type Item = Readonly<Record<string, unknown>>;
/** A DynamoDB string set arrives as a Set. */
const textsOf = (value: unknown): readonly string[] => (value instanceof Set ? [...value].map(String) : []);

/** A history is written with every batch of its actor, and a kilobyte is a write unit: packed it takes a third of its text. */
const packed = (text: string): Uint8Array => deflateRawSync(text);

/** What was packed; an item that people have written has plain text. */
const unpacked = (value: unknown): string =>
  value instanceof Uint8Array ? inflateRawSync(value).toString('utf8') : String(value);

const versionOf = (item: Item | undefined): number => Number(item?.['version'] ?? 0);

/**
 * Histories in audit's own table, one item an actor and region and one a role and region, each with a version that says whether it is stale.
 * Items of a region are written in that region only, so that two regions never overwrite each other's.
 */
export class DynamoDbAccessHistories implements AccessHistories {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: DynamoDbAccessHistoriesOptions,
  ) {}

  async read(actorId: string, role: string): Promise<ReadHistory> {
    const { tableName: TableName } = this.options;
    const [about, ofRole] = await Promise.all([
      this.client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :actor',
          ExpressionAttributeValues: { ':actor': actorKey(actorId) },
          ConsistentRead: true,
        }),
      ),
      this.client.send(
        new GetCommand({ TableName, Key: { pk: roleKey(role), sk: this.sortKey }, ConsistentRead: true }),
      ),
    ]);
    const items = about.Items ?? [];
    const own = items.find(({ sk }) => sk === this.sortKey);
    const elsewhere = items.filter(({ sk }) => sk !== this.sortKey && sk !== OWN_DATA);
    return {
      known: {
        actor: own ? readHistory(unpacked(own['history'])) : unknownActor,
        role: ofRole.Item ? readProfile(String(ofRole.Item['profile'])) : unknownProfile,
        elsewhere: elsewhere.map(({ history }) => readHistory(unpacked(history)).profile),
        ownSubjects: textsOf(items.find(({ sk }) => sk === OWN_DATA)?.['subjects']),
      },
      version: { actor: versionOf(own), role: versionOf(ofRole.Item) },
    };
  }

  async keep(
    actorId: string,
    roleName: string,
    { known: before, version }: ReadHistory,
    known: KnownAbout,
  ): Promise<void> {
    const writes = [
      ...(known.actor === before.actor
        ? []
        : [this.put(actorKey(actorId), version.actor, { history: packed(historyText(known.actor)) })]),
      ...(known.role === before.role
        ? []
        : [this.put(roleKey(roleName), version.role, { profile: profileText(known.role) })]),
    ];
    const [first, ...others] = writes;
    if (first === undefined) return;
    try {
      // Most batches change the actor's alone, and a transaction of one costs twice its write.
      if (others.length === 0) await this.client.send(new PutCommand(first));
      else await this.client.send(new TransactWriteCommand({ TransactItems: writes.map((Put) => ({ Put })) }));
    } catch (cause) {
      if (cause instanceof TransactionCanceledException || cause instanceof ConditionalCheckFailedException)
        throw new StaleHistoryError(actorId, { cause });
      throw cause;
    }
  }

  private put(pk: string, version: number, content: Item): PutCommandInput {
    const expiresAt = epochSeconds(this.options.clock.now()) + RETENTION_SECONDS;
    return {
      TableName: this.options.tableName,
      Item: { pk, sk: this.sortKey, ...content, version: version + 1, expiresAt },
      ...(version === 0
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: '#version = :version',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':version': version },
          }),
    };
  }

  private get sortKey(): string {
    return `HISTORY#${this.options.region}`;
  }
}

const actorKey = (actorId: string): string => `ACTOR#${actorId}`;
const roleKey = (role: string): string => `ROLE#${role}`;
