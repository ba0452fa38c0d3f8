import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoDbEntityStore } from '../shared/dynamodb-entity-store.adapter';
import { DynamoDbRegionGate } from '../shared/dynamodb-region-gate.adapter';
import type { EntityStore } from '../shared/entity-store.port';
import type { RegionGate } from '../shared/region-gate.port';
import { systemClock } from '../shared/system-clock.adapter';
import type { Order } from './order';
import type { Timeline } from './order-timeline';
import { unfinishedListing } from './unfinished-listing';

/** Environment that every store of ordering needs. */
interface OrderingTable {
  readonly AWS_REGION: string;
  readonly ORDERS_TABLE: string;
}

/** What the environment tells a consumer of itself. */
interface Consumer {
  readonly CONSUMER: string;
  readonly INBOX_RETENTION_SECONDS: number;
}

/** Ordering's gate: make one a process, and give it to everything that writes. */
export const orderingGate = (client: DynamoDBDocumentClient, env: OrderingTable): RegionGate =>
  new DynamoDbRegionGate(client, { tableName: env.ORDERS_TABLE, region: env.AWS_REGION, clock: systemClock });

/** Orders in ordering's own table. */
export const orderStore = (client: DynamoDBDocumentClient, env: OrderingTable, gate: RegionGate): EntityStore<Order> =>
  new DynamoDbEntityStore<Order>(client, {
    tableName: env.ORDERS_TABLE,
    kind: 'order',
    context: 'ordering',
    region: env.AWS_REGION,
    clock: systemClock,
    listedAs: (order) => ({ ...unfinishedListing(order) }),
    gate,
  });

/** Timelines of orders in ordering's own table; a reader needs no consumer. */
export const timelineStore = (
  client: DynamoDBDocumentClient,
  env: OrderingTable & Partial<Consumer>,
  gate: RegionGate,
): EntityStore<Timeline> =>
  new DynamoDbEntityStore<Timeline>(client, {
    tableName: env.ORDERS_TABLE,
    kind: 'timeline',
    context: 'ordering',
    region: env.AWS_REGION,
    clock: systemClock,
    gate,
    consumer: env.CONSUMER,
    inboxRetentionSeconds: env.INBOX_RETENTION_SECONDS,
  });
