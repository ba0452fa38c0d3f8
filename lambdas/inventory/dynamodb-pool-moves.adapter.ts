import { type DynamoDBDocumentClient, paginateQuery, ScanCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { stockReleasedV1, stockReservedV1 } from '../../contracts/avro/events';
import { decodeEvent } from '../shared/avro-reader';
import type { Clock } from '../shared/clock.port';
import { cancellationError } from '../shared/dynamodb-cancellation';
import { DuplicateMessageError } from '../shared/entity-store.errors';
import { DEFAULT_INBOX_RETENTION_SECONDS, epochSeconds, inboxKey } from '../shared/inbox';
import type { OutboxRow } from '../shared/outbox';
import { readOutboxRow } from '../shared/outbox-row-reader';
import { untilFresh } from '../shared/until-fresh';
import type { PoolMove } from './overruled-holds';
import type { PoolMoves, ReservationHistory, ReservationPage } from './pool-moves.port';
import { reconciler } from './reconcile-reservations.contract';
import type { ReservedLine } from './reservation';
import { poolKey } from './stock-pool.contract';

/** Where the moves are. */
export interface DynamoDbPoolMovesOptions {
  readonly tableName: string;
  readonly region: string;
  readonly clock: Clock;
  /** Items that are read for one part. @default 500 */
  readonly pageItems?: number;
}

const PREFIX = 'reservation/';

const place = z.object({ pk: z.string(), sk: z.string() });
const reservation = z.object({
  sk: z.literal('ENTITY'),
  homeRegion: z.string(),
  adoptedFrom: z.optional(z.string()),
  adoptedAtSequence: z.optional(z.int()),
});

const cursorOf = (key: object): string => Buffer.from(JSON.stringify(key)).toString('base64url');
const keyOf = (cursor: string) => place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));

// Copies also because the decoder makes instances of classes, which are not stored.
const times = (factor: 1 | -1, lines: readonly ReservedLine[]): readonly ReservedLine[] =>
  lines.map(({ sku, quantity }) => ({ sku, quantity: factor * quantity }));

const heldBy = ({ type, data }: OutboxRow['events'][number]): readonly ReservedLine[] => {
  switch (type) {
    case stockReservedV1.type:
      return times(1, decodeEvent(stockReservedV1, data).lines);
    case stockReleasedV1.type:
      return times(-1, decodeEvent(stockReleasedV1, data).lines);
    default:
      return [];
  }
};

/**
 * What the events of a row have moved.
 * @throws UnknownSchemaError | UnreadableMessageError its events are not inventory's
 */
export const poolMovesOf = ({ subject, originRegion, events }: OutboxRow): readonly PoolMove[] =>
  events.map((event) => ({
    orderId: subject.slice(PREFIX.length),
    originRegion,
    sequence: event.sequence,
    held: heldBy(event),
  }));

/**
 * Moves as the outbox tells of them. Writes although the region is fenced, and on purpose: only this region writes its pools, and
 * they have to be right before it is let back in.
 */
export class DynamoDbPoolMoves implements PoolMoves {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: DynamoDbPoolMovesOptions,
  ) {}

  async page(since: Date, cursor: string | undefined): Promise<ReservationPage> {
    const { tableName: TableName, region, pageItems = 500 } = this.options;
    const { Items = [], LastEvaluatedKey } = await this.client.send(
      new ScanCommand({
        TableName,
        FilterExpression:
          'itemType = :outbox AND originRegion = :own AND committedAt >= :since AND begins_with(pk, :reservation)',
        ExpressionAttributeValues: {
          ':outbox': 'OUTBOX',
          ':own': region,
          ':since': since.toISOString(),
          ':reservation': PREFIX,
        },
        ProjectionExpression: 'pk',
        ConsistentRead: true,
        Limit: pageItems,
        ...(cursor !== undefined && { ExclusiveStartKey: keyOf(cursor) }),
      }),
    );
    const orderIds = new Set(Items.map(({ pk }) => String(pk).slice(PREFIX.length)));
    return { orderIds: [...orderIds], cursor: LastEvaluatedKey && cursorOf(LastEvaluatedKey) };
  }

  async historyOf(orderId: string): Promise<ReservationHistory | undefined> {
    const query = {
      TableName: this.options.tableName,
      KeyConditionExpression: 'pk = :reservation',
      ExpressionAttributeValues: { ':reservation': `${PREFIX}${orderId}` },
      ConsistentRead: true,
    };
    let home: ReservationHistory['home'] | undefined;
    const moves: PoolMove[] = [];
    for await (const { Items = [] } of paginateQuery({ client: this.client }, query)) {
      for (const item of Items) {
        if (item['itemType'] === 'OUTBOX') moves.push(...poolMovesOf(readOutboxRow(item)));
        else home = z.safeParse(reservation, item).data ?? home;
      }
    }
    return home && { home, moves };
  }

  async takeBack({ orderId, sequence, held }: PoolMove): Promise<boolean> {
    const { tableName: TableName, region, clock } = this.options;
    const now = clock.now();
    const expiresAt = epochSeconds(now) + DEFAULT_INBOX_RETENTION_SECONDS;
    const messageId = `${orderId}/${sequence}/${region}`;
    const Item = { ...inboxKey(reconciler, messageId), outcome: { held }, handledAt: now.toISOString(), expiresAt };
    const changes = held.map(({ sku, quantity }) => ({
      Update: {
        TableName,
        Key: poolKey(sku, region),
        UpdateExpression: 'ADD available :back, reserved :less',
        ExpressionAttributeValues: { ':back': quantity, ':less': -quantity },
      },
    }));
    const once = { Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } };
    const write = new TransactWriteCommand({ TransactItems: [once, ...changes] });
    const parts = { subject: `${PREFIX}${orderId}`, messageId, ownItems: 1 };
    try {
      await untilFresh(() =>
        this.client.send(write).catch((error: unknown) => {
          throw cancellationError(error, parts);
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof DuplicateMessageError) return false;
      throw error;
    }
  }
}
