import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoDbEntityStore } from '../shared/dynamodb-entity-store.adapter';
import { DynamoDbRegionGate } from '../shared/dynamodb-region-gate.adapter';
import { EntitySchema } from '../shared/entity-schema';
import type { EntityStore } from '../shared/entity-store.port';
import type { RegionGate } from '../shared/region-gate.port';
import type { SchemaUse } from '../shared/schema-use.contract';
import { systemClock } from '../shared/system-clock.adapter';
import type { Order } from './order';
import { orderHistory } from './order-schema';
import type { Timeline } from './order-timeline';
import { unfinishedListing } from './unfinished-listing';

/** Environment that every store of ordering needs. */
interface OrderingTable {
  readonly AWS_REGION: string;
  readonly ORDERS_TABLE: string;
}

/** What the environment says of the form in which orders are stored. */
interface OrderSchemas {
  readonly ENTITY_SCHEMAS: { readonly order: SchemaUse };
}

/** What the environment tells a consumer of itself. */
interface Consumer {
  readonly CONSUMER: string;
  readonly INBOX_RETENTION_SECONDS: number;
}

/** Ordering's gate: make one a process, and give it to everything that writes. */
export const orderingGate = (client: DynamoDBDocumentClient, env: OrderingTable): RegionGate =>
  new DynamoDbRegionGate(client, { tableName: env.ORDERS_TABLE, region: env.AWS_REGION, clock: systemClock });

/**
 * In which form the function reads and writes orders.
 * @throws SchemaHistoryError the environment names a version that the code does not know
 */
export const orderSchemaOf = ({ ENTITY_SCHEMAS: { order } }: OrderSchemas): EntitySchema<Order> =>
  new EntitySchema(orderHistory, order);

/** Orders in ordering's own table. */
export const orderStore = (
  client: DynamoDBDocumentClient,
  env: OrderingTable & OrderSchemas,
  gate: RegionGate,
): EntityStore<Order> =>
  new DynamoDbEntityStore<Order>(client, {
    tableName: env.ORDERS_TABLE,
    kind: 'order',
    context: 'ordering',
    region: env.AWS_REGION,
    clock: systemClock,
    listedAs: (order) => ({ ...unfinishedListing(order) }),
    schema: orderSchemaOf(env),
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
