import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Clock } from './clock.port';
import { type Item, readItems } from './dynamodb-batch-read';
import type { TransactItem } from './dynamodb-entity-store.adapter';
import { epochSeconds } from './inbox';
import { furthest, type Position, startOf } from './ordered-delivery';
import { type Effect, keyInGeneration } from './ordered-effect';
import { EffectRefusedError, EntityMovedError } from './ordered-store.errors';
import {
  type EarlyEvent,
  type EntityChange,
  FIRST_GENERATION,
  type GapPage,
  type Generation,
  type KnownEntity,
  type OrderedCommit,
  type OrderedStore,
} from './ordered-store.port';
import type { RegionGate } from './region-gate.port';

/** Where positions are kept, and whose they are. */
export interface DynamoDbOrderedStoreOptions {
  readonly tableName: string;
  /** Part of all keys: never changed. */
  readonly consumer: string;
  /** Positions and gaps are a region's: it writes its own, and reads all. */
  readonly region: string;
  /** The other regions that the table is replicated to. @default none */
  readonly peers?: readonly string[];
  readonly clock: Clock;
  /** @default it always may write: the table lives in one region */
  readonly gate?: Pick<RegionGate, 'assertActive'>;
}

const EARLY_DIGITS = 12;
const LAST_EARLY = 'EARLY#~';
/** How long an event that had waited stays to be looked at: 1 day. A consumer may delete nothing. */
const DRAINED_RETENTION_SECONDS = 86_400;
/**
 * How long a position is kept after its last event: 400 days. By then nothing that is refused or forgotten sooner can come again: requests take what is
 * 30 days old at most, logs keep a year at most. A position for which something waits is kept for as long as it does.
 */
const POSITION_RETENTION_SECONDS = 400 * 86_400;
/** Gaps of one page. */
const GAPS_A_PAGE = 100;

const earlySortKey = (sequence: number): string => `EARLY#${String(sequence).padStart(EARLY_DIGITS, '0')}`;

/** Positions, waiting events and effects in the table of their context: each commit is one transaction. */
export class DynamoDbOrderedStore implements OrderedStore {
  readonly maxItems = 100;

  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: DynamoDbOrderedStoreOptions,
  ) {}

  async active(): Promise<Generation> {
    const pk = this.consumerKey();
    const { tableName: TableName } = this.options;
    const Key = { pk, sk: 'GENERATION' };
    const { Item } = await this.client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    const name = (Item?.['active'] as string | undefined) ?? FIRST_GENERATION;
    // Nothing is known of the first one until another has taken its place.
    return Item === undefined ? { name } : ((await this.generation(name)) ?? { name });
  }

  async generation(name: string): Promise<Generation | undefined> {
    const { tableName: TableName } = this.options;
    const Key = this.generationKey(name);
    const { Item } = await this.client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    // Only `saveGeneration` writes it.
    return Item?.['generation'] as Generation | undefined;
  }

  async saveGeneration(generation: Generation): Promise<void> {
    await this.options.gate?.assertActive();
    const Item = { ...this.generationKey(generation.name), itemType: 'GENERATION', generation };
    await this.client.send(new PutCommand({ TableName: this.options.tableName, Item }));
  }

  async activate(name: string): Promise<string> {
    await this.options.gate?.assertActive();
    const { Attributes } = await this.client.send(
      new UpdateCommand({
        TableName: this.options.tableName,
        Key: { pk: this.consumerKey(), sk: 'GENERATION' },
        UpdateExpression: 'SET active = :name, activeSince = :now',
        ExpressionAttributeValues: { ':name': name, ':now': this.options.clock.now().toISOString() },
        ReturnValues: 'UPDATED_OLD',
      }),
    );
    return (Attributes?.['active'] as string | undefined) ?? FIRST_GENERATION;
  }

  async load(generation: string, entities: readonly string[]): Promise<ReadonlyMap<string, KnownEntity>> {
    const { tableName, region, peers = [] } = this.options;
    const keys = [region, ...peers].flatMap((where) =>
      entities.map((entity) => ({ pk: this.partitionOf(generation, entity, where), sk: 'POSITION' })),
    );
    const own = new Map<string, Position>();
    const others = new Map<string, Position[]>();
    for (const item of await readItems(this.client, tableName, keys)) {
      const position = readPosition(item);
      const { entity } = position;
      if (item['region'] === region) own.set(entity, position);
      else others.set(entity, [...(others.get(entity) ?? []), position]);
    }
    const known = await Promise.all(
      entities.map(async (entity): Promise<readonly [string, KnownEntity]> => {
        const position = own.get(entity) ?? startOf(entity);
        const early = position.waiting === 0 ? [] : await this.early(generation, position);
        return [entity, { position: furthest(position, others.get(entity) ?? []), early }];
      }),
    );
    return new Map(known);
  }

  async commit(generation: string, { changes, effects }: OrderedCommit): Promise<void> {
    await this.options.gate?.assertActive();
    const positions = changes.map((change) => this.positionPut(generation, change));
    const waiting = changes.flatMap((change) => this.waitingWrites(generation, change));
    const written = effects.map((effect) => this.effectWrite(generation, effect));
    try {
      await this.client.send(new TransactWriteCommand({ TransactItems: [...positions, ...waiting, ...written] }));
    } catch (error) {
      throw commitError(
        error,
        changes.map(({ before }) => before.entity),
      );
    }
  }

  async gaps(before: string, next?: string): Promise<GapPage> {
    const { Items = [], LastEvaluatedKey } = await this.client.send(
      new QueryCommand({
        TableName: this.options.tableName,
        IndexName: 'cases',
        KeyConditionExpression: 'caseStatus = :gap AND openedAt < :before',
        ExpressionAttributeValues: { ':gap': this.gapStatus(), ':before': before },
        Limit: GAPS_A_PAGE,
        ...(next !== undefined && { ExclusiveStartKey: JSON.parse(next) as Item }),
      }),
    );
    const entities = Items.map(({ entity, generation, openedAt }) => ({
      entity: String(entity),
      generation: String(generation),
      waitingSince: String(openedAt),
    }));
    return { entities, ...(LastEvaluatedKey && { next: JSON.stringify(LastEvaluatedKey) }) };
  }

  /** Those behind the region's own position: what was drained is before it. */
  private async early(generation: string, { entity, sequence }: Position): Promise<readonly EarlyEvent[]> {
    const early: EarlyEvent[] = [];
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await this.client.send(
        new QueryCommand({
          TableName: this.options.tableName,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
          ExpressionAttributeValues: {
            ':pk': this.partitionOf(generation, entity),
            ':first': earlySortKey(sequence + 1),
            ':last': LAST_EARLY,
          },
          ConsistentRead: true,
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        }),
      );
      // Only `commit` writes them.
      early.push(...(page.Items ?? []).map(({ event }) => event as EarlyEvent));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return early;
  }

  private positionPut(generation: string, { before, after }: EntityChange): TransactItem {
    const { tableName: TableName, consumer, region, clock } = this.options;
    const { entity, waitingSince: openedAt, ...position } = after;
    const listed =
      openedAt === undefined
        ? { expiresAt: epochSeconds(clock.now()) + POSITION_RETENTION_SECONDS }
        : { caseStatus: this.gapStatus(), openedAt };
    const key = { pk: this.partitionOf(generation, entity), sk: 'POSITION' };
    const about = { itemType: 'POSITION', consumer, generation, region, entity };
    return {
      Put: {
        TableName,
        Item: { ...key, ...about, ...position, ...listed },
        ...(before.version === 0
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: '#version = :before',
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':before': before.version },
            }),
      },
    };
  }

  private waitingWrites(generation: string, { after, keep, drained }: EntityChange): TransactItem[] {
    if (keep.length === 0 && drained.length === 0) return [];
    const { tableName: TableName, clock } = this.options;
    const pk = this.partitionOf(generation, after.entity);
    const expiresAt = epochSeconds(clock.now()) + DRAINED_RETENTION_SECONDS;
    return [
      ...keep.map((event) => ({
        Put: { TableName, Item: { pk, sk: earlySortKey(event.sequence), itemType: 'EARLY', event } },
      })),
      ...drained.map((sequence) => ({
        Update: {
          TableName,
          Key: { pk, sk: earlySortKey(sequence) },
          UpdateExpression: 'SET expiresAt = :expiresAt',
          ExpressionAttributeValues: { ':expiresAt': expiresAt },
        },
      })),
    ];
  }

  private effectWrite(generation: string, effect: Effect): TransactItem {
    const { tableName: TableName } = this.options;
    const Key = keyInGeneration(generation, effect.key);
    if (effect.kind === 'put') return { Put: { TableName, Item: { ...effect.attributes, ...Key } } };
    const names: Record<string, string> = {};
    const values: Record<string, unknown> = {};
    const named = (name: string, value: unknown): readonly [string, string] => {
      const index = Object.keys(names).length;
      names[`#${index}`] = name;
      values[`:${index}`] = value;
      return [`#${index}`, `:${index}`];
    };
    const adds = Object.entries(effect.amounts).map(([name, amount]) => named(name, amount).join(' '));
    const set = Object.entries(effect.attributes ?? {}).filter(([, value]) => value !== undefined);
    const sets = set.map(([name, value]) => named(name, value).join(' = '));
    const clauses = [adds.length > 0 ? `ADD ${adds.join(', ')}` : '', sets.length > 0 ? `SET ${sets.join(', ')}` : ''];
    return {
      Update: {
        TableName,
        Key,
        UpdateExpression: clauses.join(' ').trim(),
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
      },
    };
  }

  private partitionOf(generation: string, entity: string, region = this.options.region): string {
    return `POSITION#${this.options.consumer}#${region}#${generation}#${entity}`;
  }

  private consumerKey(): string {
    return `CONSUMER#${this.options.consumer}`;
  }

  private generationKey(name: string) {
    return { pk: this.consumerKey(), sk: `GENERATION#${name}` };
  }

  private gapStatus(): string {
    return `GAP#${this.options.consumer}#${this.options.region}`;
  }
}

const readPosition = (item: Item): Position => {
  const { entity, sequence, recentIds, waiting, version, lastArrival } = item;
  const waitingSince = item['openedAt'] as string | undefined;
  return {
    entity: String(entity),
    sequence: Number(sequence),
    recentIds: recentIds as readonly string[],
    waiting: Number(waiting),
    ...(waitingSince !== undefined && { waitingSince }),
    ...(lastArrival !== undefined && { lastArrival: Number(lastArrival) }),
    version: Number(version),
  };
};

/** Says in the store's words why a transaction was not written. */
const commitError = (error: unknown, entities: readonly string[]): unknown => {
  // A service's error that nobody here catches by its class arrives as one with its name.
  if (error instanceof Error && error.name === 'ValidationException') return refused(error.message, error);
  if (!(error instanceof TransactionCanceledException)) return error;
  const reasons = error.CancellationReasons ?? [];
  const moved = ({ Code }: { readonly Code?: string }) =>
    Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict';
  if (reasons.some(moved)) return new EntityMovedError(entities, { cause: error });
  const invalid = reasons.find(({ Code }) => Code === 'ValidationError' || Code === 'ItemCollectionSizeLimitExceeded');
  return invalid ? refused(invalid.Message ?? 'the table refuses an item', error) : error;
};

const refused = (message: string, cause: Error) => new EffectRefusedError(message, { cause });
