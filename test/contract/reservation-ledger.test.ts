import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDbReservationLedger } from '../../lambdas/inventory/dynamodb-reservation-ledger.adapter';
import { stockReserved } from '../../lambdas/inventory/inventory-events';
import type { ReservedLine } from '../../lambdas/inventory/reservation';
import type { ReservationLedger } from '../../lambdas/inventory/reservation-ledger.port';
import { poolKey, type Stock } from '../../lambdas/inventory/stock-pool.contract';
import { InMemoryReservationLedger, InMemoryWarehouse } from '../unit/inventory/in-memory-reservation-ledger';
import { twoRegions } from '../unit/shared/two-regions';
import { temporaryTable } from './temporary-table';

const clock = { now: () => new Date('2026-11-23T08:00:00.000Z') };

interface LedgerUnderTest {
  readonly ledger: ReservationLedger;
  /** The ledger of the region that takes over from the other one. */
  readonly successor: ReservationLedger;
  readonly stockOf: (sku: string, region?: string) => Promise<Stock | undefined>;
}

const reservationLedgerContract = (
  name: string,
  start: (stock: Readonly<Record<string, number>>) => Promise<LedgerUnderTest>,
): void => {
  describe(`${name} moves stock and reservation together`, () => {
    let number = 0;
    /** An order and articles that no other test knows. */
    const names = () => {
      number += 1;
      return { order: `order-${number}`, tea: `TEA-${number}`, mug: `MUG-${number}` };
    };
    const holding = (id: string, lines: readonly ReservedLine[]) => {
      const state = { status: 'HELD', lines, heldAt: clock.now().toISOString() } as const;
      const cause = { correlationId: id, causationId: id };
      return { id, basedOn: undefined, state, events: [stockReserved(id, state)], cause };
    };

    it('holds all articles', async () => {
      const { order, tea, mug } = names();
      const { ledger, stockOf } = await start({ [tea]: 5, [mug]: 1 });
      const lines = [
        { sku: tea, quantity: 2 },
        { sku: mug, quantity: 1 },
      ];

      const stored = await ledger.commitMoving(holding(order, lines), { direction: 'hold', lines });

      expect(await ledger.find(order)).toEqual(stored);
      expect(stored).toMatchObject({ version: 1, sequence: 1, state: { status: 'HELD', lines } });
      expect(await stockOf(tea)).toEqual({ available: 3, reserved: 2 });
      expect(await stockOf(mug)).toEqual({ available: 0, reserved: 1 });
    });

    it('holds nothing when one article is short, and names it', async () => {
      const { order, tea, mug } = names();
      const { ledger, stockOf } = await start({ [tea]: 5, [mug]: 1 });
      const lines = [
        { sku: tea, quantity: 2 },
        { sku: mug, quantity: 2 },
      ];

      const held = ledger.commitMoving(holding(order, lines), { direction: 'hold', lines });

      await expect(held).rejects.toMatchObject({ name: 'StockShortageError', sku: mug, reason: 'out-of-stock' });
      expect(await ledger.find(order)).toBeUndefined();
      expect(await stockOf(tea)).toEqual({ available: 5, reserved: 0 });
    });

    it('tells an unknown article from one that is sold out, and does not invent it', async () => {
      const { order, mug } = names();
      const { ledger, stockOf } = await start({});
      const lines = [{ sku: mug, quantity: 1 }];

      const held = ledger.commitMoving(holding(order, lines), { direction: 'hold', lines });

      await expect(held).rejects.toMatchObject({ name: 'StockShortageError', sku: mug, reason: 'unknown-sku' });
      expect(await stockOf(mug)).toBeUndefined();
    });

    it('moves nothing when the reservation changed since it was read', async () => {
      const { order, tea } = names();
      const { ledger, stockOf } = await start({ [tea]: 5 });
      const lines = [{ sku: tea, quantity: 2 }];
      await ledger.commitMoving(holding(order, lines), { direction: 'hold', lines });

      const again = ledger.commitMoving(holding(order, lines), { direction: 'hold', lines });

      await expect(again).rejects.toMatchObject({ name: 'StaleEntityError' });
      expect(await stockOf(tea)).toEqual({ available: 3, reserved: 2 });
    });

    it('gives back what was held', async () => {
      const { order, tea } = names();
      const { ledger, stockOf } = await start({ [tea]: 5 });
      const lines = [{ sku: tea, quantity: 2 }];
      const basedOn = await ledger.commitMoving(holding(order, lines), { direction: 'hold', lines });
      const state = { status: 'RELEASED', lines, releasedAt: clock.now().toISOString() } as const;

      const change = { ...holding(order, lines), basedOn, state, events: [] };
      await ledger.commitMoving(change, { direction: 'return', lines });

      expect(await stockOf(tea)).toEqual({ available: 5, reserved: 0 });
      expect(await ledger.find(order)).toMatchObject({ version: 2, sequence: 1, state });
    });

    it('is sold out, and not unknown, where only another region has the article', async () => {
      const { order, tea } = names();
      const { successor, stockOf } = await start({ [tea]: 5 });
      const lines = [{ sku: tea, quantity: 1 }];

      const held = successor.commitMoving(holding(order, lines), { direction: 'hold', lines });

      await expect(held).rejects.toMatchObject({ name: 'StockShortageError', sku: tea, reason: 'out-of-stock' });
      expect(await stockOf(tea, 'us-east-1')).toBeUndefined();
    });

    it('gives back to its own pool what another region held, whose pool it leaves alone', async () => {
      const { order, tea } = names();
      const { ledger, successor, stockOf } = await start({ [tea]: 5 });
      const lines = [{ sku: tea, quantity: 2 }];
      const basedOn = await ledger.commitMoving(holding(order, lines), { direction: 'hold', lines });
      const state = { status: 'RELEASED', lines, releasedAt: clock.now().toISOString() } as const;

      await successor.commitMoving(
        { ...holding(order, lines), basedOn, state, events: [] },
        { direction: 'return', lines },
      );

      expect(await stockOf(tea)).toEqual({ available: 3, reserved: 2 });
      expect(await stockOf(tea, 'us-east-1')).toEqual({ available: 2, reserved: -2 });
    });
  });
};

/** A region and one that it is evacuated to, so that the second may adopt what the first has made. */
const regionAndSuccessor = () => {
  const { here, there, evacuate } = twoRegions();
  evacuate();
  return { here: { region: here.region }, there };
};

reservationLedgerContract('the ledger in memory', async (stock) => {
  const { there } = regionAndSuccessor();
  const warehouse = new InMemoryWarehouse();
  return {
    ledger: new InMemoryReservationLedger(stock, clock, { warehouse }),
    successor: new InMemoryReservationLedger({}, clock, { ...there, warehouse }),
    stockOf: async (sku, region = 'sa-east-1') => warehouse.poolsOf(region).get(sku),
  };
});

describe('on DynamoDB', () => {
  const table = temporaryTable('reservation-ledger');

  reservationLedgerContract('the ledger', async (stock) => {
    const { client, tableName } = table();
    const { here, there } = regionAndSuccessor();
    for (const [sku, available] of Object.entries(stock)) {
      const Item = { ...poolKey(sku, here.region), sku, region: here.region, available, reserved: 0 };
      await client.send(new PutCommand({ TableName: tableName, Item }));
    }
    return {
      ledger: new DynamoDbReservationLedger(client, { tableName, clock, ...here }),
      successor: new DynamoDbReservationLedger(client, { tableName, clock, ...there }),
      stockOf: async (sku, region = here.region) => {
        const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: poolKey(sku, region) }));
        return Item && { available: Number(Item['available']), reserved: Number(Item['reserved']) };
      },
    };
  });
});
