import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { type Item, readItems } from '../shared/dynamodb-batch-read';
import type { LeftBy } from '../shared/left-rows.port';
import type { ItemPair, ReplicaItem } from './replica-difference';
import type { ItemKey, ReplicaPair } from './replica-pair.port';

/** What tells two states of an item apart, whichever kind it is of. */
const guards = [
  'version',
  'schemaVersion',
  'updatedAt',
  'homeRegion',
  'committedAt',
  'expiresAt',
  'available',
  'reserved',
];

const unchanged = (known: ReplicaItem | undefined) => {
  if (known === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };
  const told = guards.filter((name) => known[name] !== undefined);
  // What is not there says something, too: a row without `expiresAt` is kept.
  const conditions = guards.map((name) =>
    told.includes(name) ? `#${name} = :${name}` : `attribute_not_exists(#${name})`,
  );
  return {
    ConditionExpression: ['attribute_exists(pk)', ...conditions].join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(guards.map((name) => [`#${name}`, name])),
    ...(told.length > 0 && {
      ExpressionAttributeValues: Object.fromEntries(told.map((name) => [`:${name}`, known[name]])),
    }),
  };
};

const nameOf = ({ pk, sk }: Item): string => `${String(pk)} ${String(sk)}`;

/** A DynamoDB table in two regions: one client for each. */
export class DynamoDbReplicaPair implements ReplicaPair {
  constructor(
    private readonly here: DynamoDBDocumentClient,
    private readonly there: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  async page(from: ItemKey | undefined) {
    const { Items = [], LastEvaluatedKey } = await this.here.send(
      new ScanCommand({
        TableName: this.tableName,
        FilterExpression: 'sk = :entity OR itemType = :outbox OR begins_with(pk, :stock)',
        ExpressionAttributeValues: { ':entity': 'ENTITY', ':outbox': 'OUTBOX', ':stock': 'stock/' },
        ...(from && { ExclusiveStartKey: { ...from } }),
      }),
    );
    // The table's key is text and text.
    const next = LastEvaluatedKey as ItemKey | undefined;
    return { items: Items as ReplicaItem[], ...(next && { next }) };
  }

  async writtenThere({ region, since }: LeftBy, from: ItemKey | undefined) {
    const { Items = [], LastEvaluatedKey } = await this.there.send(
      new ScanCommand({
        TableName: this.tableName,
        FilterExpression:
          '(itemType = :outbox AND originRegion = :region AND committedAt >= :since) OR ' +
          '(sk = :entity AND homeRegion = :region AND updatedAt >= :since)',
        ExpressionAttributeValues: { ':outbox': 'OUTBOX', ':entity': 'ENTITY', ':region': region, ':since': since },
        ConsistentRead: true,
        ...(from && { ExclusiveStartKey: { ...from } }),
      }),
    );
    const next = LastEvaluatedKey as ItemKey | undefined;
    return { items: Items as ReplicaItem[], ...(next && { next }) };
  }

  async pairsOf(keys: readonly ItemKey[]): Promise<readonly ItemPair[]> {
    const plain = keys.map(({ pk, sk }) => ({ pk, sk }));
    const [here, there] = await Promise.all(
      [this.here, this.there].map(async (client) => {
        const items = await readItems(client, this.tableName, plain);
        return new Map(items.map((item) => [nameOf(item), item as ReplicaItem]));
      }),
    );
    return plain.map((key) => ({ here: here?.get(nameOf(key)), there: there?.get(nameOf(key)) }));
  }

  async write(item: ReplicaItem, known: ReplicaItem | undefined): Promise<boolean> {
    try {
      await this.here.send(new PutCommand({ TableName: this.tableName, Item: item, ...unchanged(known) }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
