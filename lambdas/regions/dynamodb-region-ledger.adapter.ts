import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { readRegionRecords } from '../shared/dynamodb-region-records.adapter';
import { StaleEntityError } from '../shared/entity-store.errors';
import { fenceKey, leaseKey, type RegionRecords } from '../shared/region-records';
import type { RegionFence, RegionLease } from '../shared/region-standing';
import type { RegionLedger } from './region-ledger.port';

type Condition = Pick<
  ConstructorParameters<typeof PutCommand>[0],
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

const unchanged = (known: object | undefined, attributes: readonly string[]): Condition => {
  if (known === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };
  return {
    ConditionExpression: attributes.map((name) => `#${name} = :${name}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(attributes.map((name) => [`:${name}`, Reflect.get(known, name)])),
  };
};

/** The records about regions in a DynamoDB table; the client's region says whose replica it is. */
export class DynamoDbRegionLedger implements RegionLedger {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  recordsOf(region: string): Promise<RegionRecords> {
    return readRegionRecords(this.client, this.tableName, region);
  }

  async putLease(lease: RegionLease, basedOn: RegionLease | undefined): Promise<void> {
    await this.put({ ...leaseKey(lease.region), ...lease }, unchanged(basedOn, ['renewedAt', 'state', 'epoch']));
  }

  async putFence(fence: RegionFence, basedOn: RegionFence | undefined): Promise<void> {
    await this.put(
      { ...fenceKey(fence.region), ...fence },
      unchanged(basedOn, ['epoch', 'fenced', 'lossDeclared', 'fencedAt']),
    );
  }

  private async put(Item: { readonly pk: string; readonly sk: string }, condition: Condition): Promise<void> {
    try {
      await this.client.send(new PutCommand({ TableName: this.tableName, Item: { ...Item }, ...condition }));
    } catch (cause) {
      if (cause instanceof ConditionalCheckFailedException)
        throw new StaleEntityError(`${Item.pk} ${Item.sk}`, { cause });
      throw cause;
    }
  }
}
