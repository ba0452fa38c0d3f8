import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDbPoolMoves } from '../../lambdas/inventory/dynamodb-pool-moves.adapter';
import { DynamoDbReservationLedger } from '../../lambdas/inventory/dynamodb-reservation-ledger.adapter';
import type { PoolMoves } from '../../lambdas/inventory/pool-moves.port';
import { reconcileReservations } from '../../lambdas/inventory/reconcile-reservations.use-case';
import { releaseStock } from '../../lambdas/inventory/release-stock.use-case';
import type { ReservationLedger } from '../../lambdas/inventory/reservation-ledger.port';
import { reserveStock } from '../../lambdas/inventory/reserve-stock.use-case';
import { poolKey, type Stock, stockIn } from '../../lambdas/inventory/stock-pool.contract';
import { InMemoryPoolMoves } from '../unit/inventory/in-memory-pool-moves';
import { InMemoryReservationLedger, InMemoryWarehouse } from '../unit/inventory/in-memory-reservation-ledger';
import { twoRegions } from '../unit/shared/two-regions';
import { temporaryTable } from './temporary-table';

const now = new Date('2026-11-23T08:00:00.000Z');
const clock = { now: () => now };
const since = now.toISOString();
const [home, other] = ['sa-east-1', 'us-east-1'] as const;
const sku = 'TEA-01';

interface Regions {
  /** In the region that is evacuated and returns. */
  readonly here: ReservationLedger;
  /** In the region that takes over from it. */
  readonly there: ReservationLedger;
  /** The first region's. */
  readonly moves: PoolMoves;
  /** Takes a reservation away, as if it had not been replicated yet, and leaves the rows that tell of it. */
  readonly forget: (orderId: string) => Promise<void>;
  readonly stockOf: (region: string) => Promise<Stock>;
}

const poolMovesContract = (name: string, start: () => Promise<Regions>): void => {
  describe(`${name}: a region that returns`, () => {
    let number = 0;
    const open = async () => {
      const regions = await start();
      number += 1;
      const orderId = `7c1b4bb5-7f0c-5d0f-9b7e-${String(number).padStart(12, '0')}`;
      const lines = [{ sku, quantity: 2, unitPriceMinor: 100 }];
      const request = { sagaId: orderId, execution: orderId, attempt: 0, data: { orderId, lines } };
      const reserve = (ledger: ReservationLedger) => reserveStock({ ledger, clock })({ ...request, step: 'reserve' });
      const release = (ledger: ReservationLedger) => releaseStock({ ledger, clock })({ ...request, step: 'release' });
      const reconcile = async (budgetMilliseconds = 1) => {
        const look = reconcileReservations({ moves: regions.moves, region: home, clock, budgetMilliseconds });
        let [returned, answer] = [0, await look({ since })];
        for (; answer.cursor !== undefined; answer = await look({ since, cursor: answer.cursor }))
          returned += answer.returned;
        return returned + answer.returned;
      };
      const stock = async () => {
        const pools = [await regions.stockOf(home), await regions.stockOf(other)];
        return { pools, sum: stockIn(pools) };
      };
      return { ...regions, orderId, reserve, release, reconcile, stock };
    };

    it('gives back what it held for a reservation that another region has made anew, once', async () => {
      const { here, there, orderId, reserve, reconcile, forget, stock } = await open();
      await reserve(here);
      await forget(orderId);
      await reserve(there);
      expect(await stock()).toMatchObject({ sum: { available: 16, reserved: 4 } });

      expect([await reconcile(), await reconcile(0)]).toEqual([1, 0]);

      expect((await stock()).pools).toEqual([
        { available: 10, reserved: 0 },
        { available: 8, reserved: 2 },
      ]);
    });

    it('takes back what it gave back in a version that was overruled', async () => {
      const { here, there, orderId, reserve, release, reconcile, forget, stock } = await open();
      await reserve(here);
      await release(here);
      await forget(orderId);
      await reserve(there);

      expect(await reconcile(0)).toBe(2);

      expect((await stock()).pools).toEqual([
        { available: 10, reserved: 0 },
        { available: 8, reserved: 2 },
      ]);
    });

    it('leaves alone what it held and another region has adopted and given back', async () => {
      const { here, there, reserve, release, reconcile, stock } = await open();
      await reserve(here);
      await release(there);

      expect(await reconcile()).toBe(0);

      expect(await stock()).toEqual({
        pools: [
          { available: 8, reserved: 2 },
          { available: 12, reserved: -2 },
        ],
        sum: { available: 20, reserved: 0 },
      });
    });

    it('takes a move back once when two look at the same time', async () => {
      const { here, there, orderId, reserve, reconcile, forget, stock } = await open();
      await reserve(here);
      await forget(orderId);
      await reserve(there);

      const returned = await Promise.all([reconcile(), reconcile()]);

      expect(returned.toSorted()).toEqual([0, 1]);
      expect((await stock()).sum).toEqual({ available: 18, reserved: 2 });
    });

    it('looks at nothing that it did before', async () => {
      const { here, there, orderId, moves, reserve, forget } = await open();
      await reserve(here);
      await forget(orderId);
      await reserve(there);
      const later = new Date(now.getTime() + 1);

      const looked = [];
      for (let page = await moves.page(later, undefined); ; page = await moves.page(later, page.cursor)) {
        looked.push(...page.orderIds);
        if (page.cursor === undefined) break;
      }

      expect(looked).toEqual([]);
    });
  });
};

/** The second region is the successor of the first from the beginning: it may adopt what it finds. */
const places = () => {
  const { there, evacuate } = twoRegions();
  evacuate();
  return { here: { region: home }, there };
};

poolMovesContract('in memory', async () => {
  const warehouse = new InMemoryWarehouse();
  const { here, there } = places();
  return {
    here: new InMemoryReservationLedger({ [sku]: 10 }, clock, { ...here, warehouse }),
    there: new InMemoryReservationLedger({ [sku]: 10 }, clock, { ...there, warehouse }),
    moves: new InMemoryPoolMoves(warehouse, home),
    forget: async (orderId) => {
      warehouse.contents.entities.delete(orderId);
    },
    stockOf: async (region) => warehouse.poolsOf(region).get(sku) ?? { available: 0, reserved: 0 },
  };
});

describe('on DynamoDB', () => {
  const table = temporaryTable('pool-moves');

  poolMovesContract('in a table', async () => {
    const { client, tableName } = table();
    const { here, there } = places();
    for (const region of [home, other])
      await client.send(
        new PutCommand({
          TableName: tableName,
          Item: { ...poolKey(sku, region), sku, region, available: 10, reserved: 0 },
        }),
      );
    return {
      here: new DynamoDbReservationLedger(client, { tableName, clock, ...here }),
      there: new DynamoDbReservationLedger(client, { tableName, clock, ...there }),
      moves: new DynamoDbPoolMoves(client, { tableName, region: home, clock, pageItems: 3 }),
      forget: async (orderId) => {
        const Key = { pk: `reservation/${orderId}`, sk: 'ENTITY' };
        await client.send(new DeleteCommand({ TableName: tableName, Key }));
      },
      stockOf: async (region) => {
        const read = new GetCommand({ TableName: tableName, Key: poolKey(sku, region), ConsistentRead: true });
        const { Item } = await client.send(read);
        return { available: Number(Item?.['available']), reserved: Number(Item?.['reserved']) };
      },
    };
  });
});
