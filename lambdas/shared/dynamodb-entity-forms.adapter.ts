import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { FormRefusedError, UnreadableItemError } from './backfill.errors';
import type { ItemCursor } from './backfill-entities.contract';
import type { Item } from './dynamodb-batch-read';
import type { EntityForms, FormsPage, ScanSegment, StoredItem, UnreadableItem } from './entity-forms.port';
import type { StoredForm } from './entity-schema';
import { fieldIssues } from './issue-text';

/** Items of the table that a page looks at: few enough for a kill to waste little. */
const PAGE_SIZE = 200;

/** By these names DynamoDB and its SDK say that a table takes no more. */
const throttles = ['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException'];

/** Somebody's transaction is changing the entity at this moment: it looks different after that. */
const conflict = 'TransactionConflictException';

/** The form is more than an item may hold, 400 KB, or else against the table's rules. */
const refusal = 'ValidationException';

const entityItem = z.object({
  pk: z.string(),
  state: z.optional(z.unknown()),
  version: z.number(),
  schemaVersion: z.optional(z.number()),
  homeRegion: z.optional(z.string()),
});

const foundItem = (item: Item): StoredItem | UnreadableItem => {
  const parsed = z.safeParse(entityItem, item);
  if (parsed.success) {
    const { pk: entity, state, ...known } = parsed.data;
    return { entity, state, ...known };
  }
  const faults = fieldIssues(parsed.error, []).map(({ field, expected }) => `${field}: expected ${expected}`);
  // The table's key is text, whoever has written the rest.
  const [entity, home] = [item['pk'] as string, item['homeRegion']];
  const unreadable = new UnreadableItemError(entity, faults.join('; '));
  return { entity, unreadable, ...(typeof home === 'string' && { homeRegion: home }) };
};

const as = (name: string, value: unknown): string =>
  value === undefined ? `attribute_not_exists(#${name})` : `#${name} = :${name}`;

/** The stored forms of one kind in a context's table. */
export class DynamoDbEntityForms implements EntityForms {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: { readonly tableName: string; readonly kind: string },
  ) {}

  async page(
    { segment, segments }: ScanSegment,
    after: ItemCursor | undefined,
  ): Promise<FormsPage<StoredItem | UnreadableItem>> {
    return this.scan({ Segment: segment, TotalSegments: segments, Limit: PAGE_SIZE, ExclusiveStartKey: after });
  }

  async versions(after: ItemCursor | undefined): Promise<FormsPage<StoredItem | UnreadableItem>> {
    return this.scan({
      ExclusiveStartKey: after,
      ConsistentRead: true,
      ProjectionExpression: 'pk, version, schemaVersion, homeRegion',
    });
  }

  async find(entity: string): Promise<StoredItem | undefined> {
    const { tableName: TableName } = this.options;
    const read = new GetCommand({ TableName, Key: { pk: entity, sk: 'ENTITY' }, ConsistentRead: true });
    const { Item } = await this.client.send(read);
    const found = Item && foundItem(Item);
    if (found !== undefined && 'unreadable' in found) throw found.unreadable;
    return found;
  }

  async rewrite(
    { entity, version, schemaVersion, homeRegion }: StoredItem,
    form: StoredForm,
  ): Promise<'rewritten' | 'changed' | 'throttled'> {
    const known = { version, schemaVersion, homeRegion };
    const names = ['state', ...Object.keys(known)];
    const values = Object.entries({ ...known, newState: form.state, newVersion: form.schemaVersion });
    try {
      await this.client.send(
        new UpdateCommand({
          TableName: this.options.tableName,
          Key: { pk: entity, sk: 'ENTITY' },
          UpdateExpression: 'SET #state = :newState, #schemaVersion = :newVersion',
          ConditionExpression: Object.entries(known)
            .map(([name, value]) => as(name, value))
            .join(' AND '),
          ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: Object.fromEntries(
            values.flatMap(([name, value]) => (value === undefined ? [] : [[`:${name}`, value]])),
          ),
        }),
      );
      return 'rewritten';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'changed';
      if (error instanceof Error && error.name === conflict) return 'changed';
      if (error instanceof Error && throttles.includes(error.name)) return 'throttled';
      if (error instanceof Error && error.name === refusal) throw new FormRefusedError(entity, error);
      throw error;
    }
  }

  private async scan(
    part: Partial<ConstructorParameters<typeof ScanCommand>[0]>,
  ): Promise<FormsPage<StoredItem | UnreadableItem>> {
    const { tableName: TableName, kind } = this.options;
    const { Items = [], LastEvaluatedKey } = await this.client.send(
      new ScanCommand({
        ...part,
        TableName,
        // By the key alone, as the store reads them: an import may have left every other attribute out.
        FilterExpression: 'sk = :entity AND begins_with(pk, :kind)',
        ExpressionAttributeValues: { ':entity': 'ENTITY', ':kind': `${kind}/` },
      }),
    );
    // The table's key is text and text.
    const next = LastEvaluatedKey as ItemCursor | undefined;
    return { items: Items.map(foundItem), ...(next && { next }) };
  }
}
