import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDbEntityForms } from '../../../lambdas/shared/dynamodb-entity-forms.adapter';
import { DynamoDbEntityStore } from '../../../lambdas/shared/dynamodb-entity-store.adapter';
import { SideConditionError, StaleEntityError } from '../../../lambdas/shared/entity-store.errors';
import { InMemoryContents, InMemoryEntityStore } from '../../../lambdas/shared/in-memory-entity-store.adapter';
import { readOutboxRow } from '../../../lambdas/shared/outbox-row-reader';
import { InMemoryEntityForms } from '../../unit/shared/in-memory-entity-forms';
import { temporaryTable } from '../temporary-table';
import { type Basket, entityStoreContract, INBOX_RETENTION_SECONDS, OWN_REGION } from './entity-store.contract-suite';

const names = { kind: 'basket', context: 'shop', consumer: 'fill-basket', region: OWN_REGION };
const settings = { ...names, inboxRetentionSeconds: INBOX_RETENTION_SECONDS };

const virtualClock = () => {
  let now = Date.UTC(2026, 10, 23);
  return { clock: { now: () => new Date(now) }, wait: (seconds: number) => (now += seconds * 1_000) };
};

entityStoreContract('the in-memory entity store', async () => {
  const { clock, wait } = virtualClock();
  const contents = new InMemoryContents<Basket>();
  const store = new InMemoryEntityStore<Basket>({ ...settings, clock }, contents);
  return {
    store,
    wait,
    outboxOf: async (id) => contents.outbox.filter(({ pk }) => pk === `basket/${id}`),
    inRegion: (region, gate) => new InMemoryEntityStore<Basket>({ ...settings, clock, region, gate }, contents),
    inSchema: (schema) => new InMemoryEntityStore<Basket>({ ...settings, clock }, contents, schema),
    forms: new InMemoryEntityForms(contents, { kind: names.kind, pageSize: 4 }),
    homeOf: async (id) => {
      const { state: _state, version: _version, sequence: _sequence, ...home } = contents.entities.get(id)!;
      return home;
    },
    moveHome: async (id, homeRegion) => void contents.entities.set(id, { ...contents.entities.get(id)!, homeRegion }),
  };
});

describe('on the local cloud', () => {
  const table = temporaryTable('entity-store');

  entityStoreContract('the DynamoDB entity store', async () => {
    const { client, tableName } = table();
    const { clock, wait } = virtualClock();
    const store = new DynamoDbEntityStore<Basket>(client, { ...settings, tableName, clock });
    const outboxOf = async (id: string) => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :outbox)',
          ExpressionAttributeValues: { ':pk': `basket/${id}`, ':outbox': 'OUTBOX#' },
          ConsistentRead: true,
        }),
      );
      return Items.map(readOutboxRow);
    };
    const keyOf = (id: string) => ({ pk: `basket/${id}`, sk: 'ENTITY' });
    return {
      store,
      wait,
      outboxOf,
      inRegion: (region, gate) =>
        new DynamoDbEntityStore<Basket>(client, { ...settings, tableName, clock, region, gate }),
      inSchema: (schema) => new DynamoDbEntityStore<Basket>(client, { ...settings, tableName, clock, schema }),
      forms: new DynamoDbEntityForms(client, { tableName, kind: names.kind }),
      homeOf: async (id) => {
        const { Item = {} } = await client.send(
          new GetCommand({ TableName: tableName, Key: keyOf(id), ConsistentRead: true }),
        );
        const { homeRegion, adoptedFrom, adoptedAtSequence } = Item;
        return { homeRegion, adoptedFrom, adoptedAtSequence };
      },
      moveHome: async (id, homeRegion) => {
        await client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: keyOf(id),
            UpdateExpression: 'SET homeRegion = :home',
            ExpressionAttributeValues: { ':home': homeRegion },
          }),
        );
      },
    };
  });

  describe('a commit with side items', () => {
    const cause = { correlationId: 'c', causationId: 'd' };
    const start = () => {
      const { client, tableName } = table();
      const store = new DynamoDbEntityStore<Basket>(client, { ...settings, tableName, clock: virtualClock().clock });
      const take = (sku: string) => ({
        Update: {
          TableName: tableName,
          Key: { pk: `stock/${sku}`, sk: 'ENTITY' },
          UpdateExpression: 'SET available = available - :one',
          ConditionExpression: 'available >= :one',
          ExpressionAttributeValues: { ':one': 1 },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
        },
      });
      const put = (sku: string, available: number) => ({
        Put: { TableName: tableName, Item: { pk: `stock/${sku}`, sk: 'ENTITY', available } },
      });
      const change = (id: string) => ({ id, basedOn: undefined, state: { items: [] }, events: [], cause });
      return { store, take, put, change };
    };

    it('writes all of them with the entity', async () => {
      const { store, take, put, change } = start();
      await store.commitWith(change('stocked'), [put('TEA', 1)]);

      await store.commitWith(change('taken'), [take('TEA')]);

      expect(await store.find('taken')).toMatchObject({ version: 1 });
    });

    it('writes nothing when the condition of one is not met, and says which', async () => {
      const { store, take, put, change } = start();
      await store.commitWith(change('stocked-2'), [put('MUG', 5), put('CUP', 0)]);

      const taken = store.commitWith({ ...change('short'), message: { messageId: 'm-short', outcome: 1 } }, [
        take('MUG'),
        take('CUP'),
      ]);

      await expect(taken).rejects.toThrow(SideConditionError);
      await expect(taken).rejects.toMatchObject({ index: 1 });
      expect(await store.findFor('short', 'm-short')).toEqual({ stored: undefined, handled: undefined });
    });

    it('says that the entity has changed before it says anything of a side item', async () => {
      const { store, take, put, change } = start();
      await store.commitWith(change('stale'), [put('POT', 0)]);

      await expect(store.commitWith(change('stale'), [take('POT')])).rejects.toThrow(StaleEntityError);
    });
  });
});
