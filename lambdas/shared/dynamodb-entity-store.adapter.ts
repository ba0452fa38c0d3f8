import { type DynamoDBDocumentClient, GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from './clock.port';
import { type Item, readItems } from './dynamodb-batch-read';
import { cancellationError } from './dynamodb-cancellation';
import type { Commit, EntityStore, InboxEntry, Known, Stored } from './entity-store.port';
import {
  DEFAULT_INBOX_RETENTION_SECONDS,
  DEFAULT_OUTBOX_RETENTION_SECONDS,
  epochSeconds,
  inboxKey,
  isRenewalDue,
} from './inbox';
import { outboxRow } from './outbox';

/** One action of a DynamoDB transaction, with plain attribute values. */
export type TransactItem = NonNullable<ConstructorParameters<typeof TransactWriteCommand>[0]['TransactItems']>[number];

/** Where entities of one kind live, and for whom messages are marked. */
export interface DynamoDbEntityStoreOptions<State = unknown> {
  readonly tableName: string;
  /** First part of the entities' keys, for example `order`. */
  readonly kind: string;
  /** The context that states the events, for example `ordering`. */
  readonly context: string;
  /** Whose inbox markers these are; needed by commits that carry a message. */
  readonly consumer?: string;
  readonly region: string;
  readonly clock: Clock;
  /** Must outlive the longest possible redelivery. @default 42 days */
  readonly inboxRetentionSeconds?: number;
  /** @default 7 days */
  readonly outboxRetentionSeconds?: number;
  /** Attributes beside the state, for a sparse index: written with every commit; `undefined` takes one away. @default none */
  readonly listedAs?: (state: State) => { readonly [attribute: string]: string | undefined };
}

/** Entities in a DynamoDB table: entity, outbox row and inbox marker are written by one transaction. */
export class DynamoDbEntityStore<State> implements EntityStore<State> {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: DynamoDbEntityStoreOptions<State>,
  ) {}

  async find(id: string): Promise<Stored<State> | undefined> {
    const TableName = this.options.tableName;
    const { Item } = await this.client.send(new GetCommand({ TableName, Key: this.keyOf(id), ConsistentRead: true }));
    return this.stored(Item);
  }

  async findFor(id: string, messageId: string): Promise<Known<State>> {
    const [entityKey, markerKey] = [this.keyOf(id), inboxKey(this.consumer(), messageId)];
    const items = await readItems(this.client, this.options.tableName, [entityKey, markerKey]);
    const marker = items.find(({ pk }) => pk === markerKey.pk);
    const alive = marker !== undefined && Number(marker['expiresAt']) > epochSeconds(this.options.clock.now());
    if (alive) await this.renew(marker);
    const handled: InboxEntry | undefined = alive ? { messageId, outcome: marker['outcome'] } : undefined;
    return { stored: this.stored(items.find(({ pk }) => pk === entityKey.pk)), handled };
  }

  async commit(change: Commit<State>): Promise<Stored<State>> {
    return this.commitWith(change, []);
  }

  /**
   * Commits and writes further items of the same table, or of another one of the context, in the same transaction.
   * @throws StaleEntityError | DuplicateMessageError as `commit`
   * @throws SideConditionError the condition of one of `also` was not met
   */
  async commitWith(change: Commit<State>, also: readonly TransactItem[]): Promise<Stored<State>> {
    const { id, basedOn, state, events, message } = change;
    const { version = 0, sequence = 0 } = basedOn ?? {};
    const own = [...this.markerPut(message), this.entityUpdate(change), ...this.outboxPut(change)];
    try {
      await this.client.send(new TransactWriteCommand({ TransactItems: [...own, ...also] }));
    } catch (error) {
      const parts = { subject: this.subjectOf(id), messageId: message?.messageId, ownItems: own.length };
      throw cancellationError(error, parts);
    }
    return { state, version: version + 1, sequence: sequence + events.length };
  }

  private entityUpdate({ id, basedOn, state, events }: Commit<State>): TransactItem {
    const { tableName, kind, region, clock } = this.options;
    const { version = 0, sequence = 0 } = basedOn ?? {};
    const update =
      'SET #kind = :kind, #version = :version, #sequence = :sequence, #state = :state, #updatedAt = :now, #home = if_not_exists(#home, :region)';
    const names = { '#kind': 'kind', '#version': 'version', '#sequence': 'sequence', '#state': 'state' };
    const values = { ':version': version + 1, ':sequence': sequence + events.length, ':state': state };
    const listed = Object.entries(this.options.listedAs?.(state) ?? {});
    const set = listed.flatMap(([name, value]) => (value === undefined ? [] : [`, #${name} = :${name}`]));
    const gone = listed.flatMap(([name, value]) => (value === undefined ? [`#${name}`] : []));
    return {
      Update: {
        TableName: tableName,
        Key: this.keyOf(id),
        UpdateExpression: `${update}${set.join('')}${gone.length > 0 ? ` REMOVE ${gone.join(', ')}` : ''}`,
        ConditionExpression: basedOn ? '#version = :basedOn' : 'attribute_not_exists(pk)',
        ExpressionAttributeNames: {
          ...names,
          '#updatedAt': 'updatedAt',
          '#home': 'homeRegion',
          ...Object.fromEntries(listed.map(([name]) => [`#${name}`, name])),
        },
        ExpressionAttributeValues: {
          ...values,
          ':kind': kind,
          ':now': clock.now().toISOString(),
          ':region': region,
          ...(basedOn && { ':basedOn': basedOn.version }),
          ...Object.fromEntries(listed.flatMap(([name, value]) => (value === undefined ? [] : [[`:${name}`, value]]))),
        },
      },
    };
  }

  private outboxPut({ id, basedOn, events, cause }: Commit<State>): TransactItem[] {
    if (events.length === 0) return [];
    const { tableName: TableName, context, region, clock } = this.options;
    const retentionSeconds = this.options.outboxRetentionSeconds ?? DEFAULT_OUTBOX_RETENTION_SECONDS;
    const about = { subject: this.subjectOf(id), context, region, now: clock.now(), retentionSeconds };
    const Item = outboxRow({ ...about, sequence: basedOn?.sequence ?? 0, events, cause });
    return [{ Put: { TableName, Item } }];
  }

  private markerPut(message: InboxEntry | undefined): TransactItem[] {
    if (!message) return [];
    const now = this.options.clock.now();
    const { tableName: TableName } = this.options;
    const times = { handledAt: now.toISOString(), expiresAt: epochSeconds(now) + this.inboxRetentionSeconds() };
    const marker = { ...inboxKey(this.consumer(), message.messageId), outcome: message.outcome, ...times };
    return [
      {
        Put: {
          TableName,
          Item: marker,
          // TTL sweeps late: a marker past its time counts as absent.
          ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
          ExpressionAttributeValues: { ':now': epochSeconds(now) },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
    ];
  }

  // The whole marker, because it may be swept between being read and being renewed.
  private async renew(marker: Item): Promise<void> {
    const { tableName: TableName, clock } = this.options;
    const [now, lifetime] = [clock.now(), this.inboxRetentionSeconds()];
    if (!isRenewalDue({ expiresAt: Number(marker['expiresAt']) }, now, lifetime)) return;
    const Item = { ...marker, expiresAt: epochSeconds(now) + lifetime };
    await this.client.send(new PutCommand({ TableName, Item }));
  }

  private inboxRetentionSeconds(): number {
    return this.options.inboxRetentionSeconds ?? DEFAULT_INBOX_RETENTION_SECONDS;
  }

  private stored(item: Item | undefined): Stored<State> | undefined {
    if (!item) return undefined;
    // Only this class writes entities of this kind, and `State` is what it was given.
    return { state: item['state'] as State, version: Number(item['version']), sequence: Number(item['sequence']) };
  }

  private subjectOf(id: string): string {
    return `${this.options.kind}/${id}`;
  }

  private keyOf(id: string) {
    return { pk: this.subjectOf(id), sk: 'ENTITY' };
  }

  private consumer(): string {
    const { consumer, kind } = this.options;
    if (consumer === undefined) throw new TypeError(`the store of ${kind} was made without a consumer`);
    return consumer;
  }
}
