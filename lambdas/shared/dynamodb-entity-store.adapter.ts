import { type DynamoDBDocumentClient, GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { alwaysActive } from './always-active-region-gate.adapter';
import type { Cause } from './cause';
import type { Clock } from './clock.port';
import { type Item, readItems } from './dynamodb-batch-read';
import { cancellationError } from './dynamodb-cancellation';
import { type Adoption, adoptionFor } from './entity-home';
import { EntitySchema, type StoredForm } from './entity-schema';
import type { Commit, EntityStore, InboxEntry, Known, Stored } from './entity-store.port';
import {
  DEFAULT_INBOX_RETENTION_SECONDS,
  DEFAULT_OUTBOX_RETENTION_SECONDS,
  epochSeconds,
  inboxKey,
  isRenewalDue,
} from './inbox';
import { outboxRow } from './outbox';
import type { RegionGate } from './region-gate.port';

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
  /** Whether the region may write. @default it always may: the store lives in one region */
  readonly gate?: RegionGate;
  /** Must outlive the longest possible redelivery. @default 42 days */
  readonly inboxRetentionSeconds?: number;
  /** @default 7 days */
  readonly outboxRetentionSeconds?: number;
  /** Attributes beside the state, for a sparse index: written with every commit; `undefined` takes one away. @default none */
  readonly listedAs?: (state: State) => { readonly [attribute: string]: string | undefined };
  /** In which versions states are stored. @default there has been one only */
  readonly schema?: EntitySchema<State>;
}

/** Entities in a DynamoDB table: entity, outbox row and inbox marker are written by one transaction. */
export class DynamoDbEntityStore<State> implements EntityStore<State> {
  private readonly options: DynamoDbEntityStoreOptions<State> & { readonly gate: RegionGate };
  private readonly schema: EntitySchema<State>;

  constructor(
    private readonly client: DynamoDBDocumentClient,
    options: DynamoDbEntityStoreOptions<State>,
  ) {
    this.options = { ...options, gate: options.gate ?? alwaysActive };
    this.schema = options.schema ?? EntitySchema.ofOneVersion(options.kind);
  }

  async find(id: string): Promise<Stored<State> | undefined> {
    const TableName = this.options.tableName;
    const { Item } = await this.client.send(new GetCommand({ TableName, Key: this.keyOf(id), ConsistentRead: true }));
    return this.stored(id, Item);
  }

  async findFor(id: string, messageId: string): Promise<Known<State>> {
    const [entityKey, markerKey] = [this.keyOf(id), inboxKey(this.consumer(), messageId)];
    const items = await readItems(this.client, this.options.tableName, [entityKey, markerKey]);
    const marker = items.find(({ pk }) => pk === markerKey.pk);
    const alive = marker !== undefined && Number(marker['expiresAt']) > epochSeconds(this.options.clock.now());
    if (alive) await this.renew(marker);
    const handled: InboxEntry | undefined = alive ? { messageId, outcome: marker['outcome'] } : undefined;
    const entity = items.find(({ pk }) => pk === entityKey.pk);
    return { stored: this.stored(id, entity), handled };
  }

  async commit(change: Commit<State>): Promise<Stored<State>> {
    return this.commitWith(change, []);
  }

  async claim(id: string, stored: Stored<State> | undefined, cause: Cause): Promise<Stored<State> | undefined> {
    await this.options.gate.assertActive();
    if (stored === undefined || stored.homeRegion === this.options.region) return stored;
    return this.commit({ id, basedOn: stored, state: stored.state, events: [], cause });
  }

  /**
   * Commits and writes further items of the same table, or of another one of the context, in the same transaction.
   * @throws StaleEntityError | DuplicateMessageError | RegionFencedError | ForeignHomeError as `commit`
   * @throws SideConditionError the condition of one of `also` was not met
   */
  async commitWith(change: Commit<State>, also: readonly TransactItem[]): Promise<Stored<State>> {
    const { id, basedOn, state, events, message } = change;
    const { version = 0, sequence = 0 } = basedOn ?? {};
    const adoption = await adoptionFor(this.options, this.subjectOf(id), basedOn);
    const form = this.schema.write(state, basedOn?.schemaVersion);
    const own = [...this.markerPut(message), this.entityUpdate(change, form, adoption), ...this.outboxPut(change)];
    try {
      await this.client.send(new TransactWriteCommand({ TransactItems: [...own, ...also] }));
    } catch (error) {
      const parts = { subject: this.subjectOf(id), messageId: message?.messageId, ownItems: own.length };
      throw cancellationError(error, parts);
    }
    const { region: homeRegion } = this.options;
    const adoptedFrom = adoption?.adoptedFrom ?? basedOn?.adoptedFrom;
    const counters = { version: version + 1, sequence: sequence + events.length };
    const { schemaVersion } = form;
    return {
      ...{ state, ...counters, homeRegion },
      ...(adoptedFrom !== undefined && { adoptedFrom }),
      ...(schemaVersion !== undefined && { schemaVersion }),
    };
  }

  private entityUpdate(
    { id, basedOn, state, events }: Commit<State>,
    form: StoredForm,
    adoption: Adoption | undefined,
  ): TransactItem {
    const { tableName, kind, region: homeRegion, clock, listedAs } = this.options;
    const { version: before = 0, sequence: last = 0 } = basedOn ?? {};
    const counters = { version: before + 1, sequence: last + events.length };
    // Named also when it is version 1, which takes it away: a backfill may have rewritten the entity since it was read.
    const stored = { state: form.state, schemaVersion: form.schemaVersion };
    const own = { kind, ...counters, ...stored, updatedAt: clock.now().toISOString(), homeRegion, ...adoption };
    const attributes = Object.entries({ ...listedAs?.(state), ...own });
    const set = attributes.flatMap(([name, value]) => (value === undefined ? [] : [`#${name} = :${name}`]));
    const isHeldBack = basedOn !== undefined && this.schema.isHeldBack(form);
    const sameForm =
      basedOn?.schemaVersion === undefined ? 'attribute_not_exists(#schemaVersion)' : '#schemaVersion = :formBefore';
    const over = isHeldBack ? ` AND ${sameForm}` : '';
    const gone = attributes.flatMap(([name, value]) => (value === undefined ? [`#${name}`] : []));
    return {
      Update: {
        TableName: tableName,
        Key: this.keyOf(id),
        UpdateExpression: `SET ${set.join(', ')}${gone.length > 0 ? ` REMOVE ${gone.join(', ')}` : ''}`,
        // The version alone does not tell two histories apart: replication may have brought another region's in between.
        ConditionExpression: basedOn
          ? `#version = :before AND (attribute_not_exists(#homeRegion) OR #homeRegion = :home)${over}`
          : 'attribute_not_exists(pk)',
        ExpressionAttributeNames: Object.fromEntries(attributes.map(([name]) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ...Object.fromEntries(
            attributes.flatMap(([name, value]) => (value === undefined ? [] : [[`:${name}`, value]])),
          ),
          ...(basedOn && { ':before': before, ':home': basedOn.homeRegion }),
          ...(isHeldBack && basedOn.schemaVersion !== undefined && { ':formBefore': basedOn.schemaVersion }),
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

  private stored(id: string, item: Item | undefined): Stored<State> | undefined {
    if (!item) return undefined;
    const adoptedFrom = item['adoptedFrom'] as string | undefined;
    const schemaVersion = item['schemaVersion'] as number | undefined;
    return {
      state: this.schema.read(this.subjectOf(id), { state: item['state'], schemaVersion }),
      version: Number(item['version']),
      sequence: Number(item['sequence']),
      homeRegion: (item['homeRegion'] as string | undefined) ?? this.options.region,
      ...(adoptedFrom !== undefined && { adoptedFrom }),
      ...(schemaVersion !== undefined && { schemaVersion }),
    };
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
